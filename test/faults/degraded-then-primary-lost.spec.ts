import { eventually } from '@tandem/testkit';
import { faultFile } from '../support/fault-file';

const BACK_MS = 30_000;

faultFile('degraded, and then the primary lost', (fault) => {
  fault('waits for the primary and says so, though the secondary is back: it lacks commits (R5)', {
    inflict: async ({ drill, primary, secondary, told, workload, instance }) => {
      await drill('kill-host', secondary);
      await told('ReplicationDegraded degrade/secondary-closed');
      const alone = performance.now();
      await eventually('the primary acknowledges alone', () => workload.history.acknowledgedSince(alone) > 50, BACK_MS);
      await drill('kill-host', primary);
      await told('FailoverWaiting wait/degraded');
      await drill('start-host', secondary);
      await eventually(
        'the secondary is back and may not be promoted',
        async () => (await instance.control.report(secondary.nodeId))?.postgres === 'running',
        BACK_MS,
      );
      expect((await instance.view()).status).toBe('unavailable');
    },
    endFault: ({ drill, primary }) => drill('start-host', primary),
    expects: [
      'ReplicationDegraded degrade/secondary-closed',
      'FailoverWaiting wait/degraded',
      'PrimaryConfirmed confirm/alone',
      'ReplicationRestored restore/record',
    ],
  });
});
