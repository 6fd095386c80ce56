import { faultFile } from '../support/fault-file';
import { HostDisks } from '../support/host-disk';

const disks = new HostDisks(400);

faultFile(
  'the disk of the secondary answers no write any more while commits wait',
  (fault) => {
    fault('degrades after degradeAfter, serves alone, and returns by itself (R2, R3)', {
      inflict: async ({ secondary, told, workload }) => {
        disks.of(secondary).hang();
        await told('ReplicationDegraded degrade/secondary-silent');
        await workload.flows();
      },
      endFault: async ({ secondary }) => disks.of(secondary).answer(),
      expects: ['ReplicationDegraded degrade/secondary-silent', 'ReplicationRestored restore/record'],
    });
  },
  disks,
);
