import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { grayHandedOver } from '../support/expected';
import { faultFile } from '../support/fault-file';
import { asAgent } from '../support/superuser';

faultFile("the directory of a primary's database is gone", (fault) => {
  fault('is noticed by the probe commit, though the process lives and its WAL still streams (R7)', {
    inflict: async ({ instance, primary, told }) => {
      const { database } = instance.login;
      const oid = asAgent(instance, primary.nodeId, `SELECT oid FROM pg_database WHERE datname = '${database}'`);
      const data = join(instance.platform.paths.host(primary.hostId), 'nodes', primary.nodeId, 'data');
      renameSync(join(data, 'base', oid), join(data, 'base', `${oid}.gone`));
      await told('FailoverCompleted');
    },
    expects: grayHandedOver,
  });
});
