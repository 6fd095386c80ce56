import { eventually } from '@tandem/testkit';
import { interleaved } from '../support/event-pattern';
import { faultFile } from '../support/fault-file';
import { HostDisks } from '../support/host-disk';
import { asAgent } from '../support/superuser';
import { TestInstance } from '../support/test-instance';

const disks = new HostDisks(400);
const ENDS_WITHIN_MS = 30_000;

/** 48 MB of WAL that no table needs. */
function writeWal(instance: TestInstance, nodeId: string): void {
  try {
    asAgent(
      instance,
      nodeId,
      `SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000)) FROM generate_series(1, 48)`,
    );
  } catch {
    // The server has ended meanwhile.
  }
}

faultFile(
  'the disk of a primary is full',
  (fault) => {
    fault('the cause is told, nobody takes over, and it comes back by itself once there is room', {
      inflict: async ({ primary, told, instance }) => {
        disks.of(primary).fill();
        await told('NodeDiskFilled');
        const hasEnded = async () => {
          writeWal(instance, primary.nodeId);
          return (await instance.control.report(primary.nodeId))?.postgres === 'stopped';
        };
        await eventually('PostgreSQL has ended for want of a WAL segment', hasEnded, ENDS_WITHIN_MS);
      },
      endFault: async ({ primary }) => disks.of(primary).grow(),
      // Space is looked at once a second; a start that waits for it looks more often.
      expects: interleaved(['NodeDiskFilled', 'NodeDiskGrown'], 'PrimaryConfirmed confirm/recovered'),
    });
  },
  disks,
);
