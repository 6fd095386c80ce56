import { setTimeout as delay } from 'node:timers/promises';
import { maybe, repeated } from '../support/event-pattern';
import { faultFile } from '../support/fault-file';

/** The 60 s; shorter only while developing. */
const AWAY_MS = Number(process.env['TANDEM_TEST_STORE_AWAY_MS'] ?? 60_000);

faultFile('NATS down for 60 s', (fault) => {
  fault('takes no instance down: the secondary streams, so nobody fences itself and commits go on (R6)', {
    inflict: async ({ drill, workload }) => {
      await drill('store-down');
      const from = performance.now();
      await delay(AWAY_MS);
      const perSecond = workload.history.acknowledgedSince(from) / (AWAY_MS / 1_000);
      expect(perSecond).toBeGreaterThan(50);
      expect(workload.history.longestGapMs(from)).toBeLessThan(2_000);
    },
    endFault: ({ drill }) => drill('store-up'),
    expects: [repeated('RecordSettled settle/unanswered'), maybe('PrimaryConfirmed confirm/adopted')],
  });
});
