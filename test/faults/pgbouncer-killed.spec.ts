import { eventually } from '@tandem/testkit';
import { faultFile } from '../support/fault-file';

const NOTICED_MS = 10_000;

faultFile('PgBouncer killed', (fault) => {
  fault('is started again by its agent; the instance itself notices nothing', {
    inflict: async ({ drill, workload }) => {
      const before = workload.history.errorCount;
      await drill('kill-pgbouncer', { hostId: 'host-e1' });
      await eventually('clients lose their sessions', () => workload.history.errorCount > before, NOTICED_MS);
    },
    expects: [],
  });
});
