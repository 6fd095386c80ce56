import { setTimeout as delay } from 'node:timers/promises';
import { hostLost } from '../support/expected';
import { faultFile } from '../support/fault-file';

const FROZEN_MS = 30_000;

faultFile("primary's host frozen for 30 s and thawed after the promotion", (fault) => {
  fault('acknowledges nothing more when it thaws, and rejoins (R1, R4, R9)', {
    inflict: async ({ drill, primary, told }) => {
      const began = performance.now();
      await drill('freeze-host', primary);
      await told('FailoverCompleted');
      await delay(began + FROZEN_MS - performance.now());
    },
    endFault: ({ drill, primary }) => drill('thaw-host', primary),
    expects: hostLost,
  });
});
