import { grayHandedOver } from '../support/expected';
import { faultFile } from '../support/fault-file';
import { HostDisks } from '../support/host-disk';

const disks = new HostDisks(500);

faultFile(
  'the disk of a primary answers no write any more',
  (fault) => {
    fault('is handed over, although its processes cannot even be ended (R7)', {
      inflict: async ({ primary, told }) => {
        disks.of(primary).hang();
        await told('FailoverCompleted');
      },
      endFault: async ({ primary }) => disks.of(primary).answer(),
      expects: grayHandedOver,
    });
  },
  disks,
);
