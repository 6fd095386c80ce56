import { either } from '../support/event-pattern';
import { handedOver, hostLost } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile('agent of the primary killed, then the postmaster', (fault) => {
  fault('is handed over by the next agent, or promoted when the host is silent first (R4, R7)', {
    inflict: async ({ drill, primary }) => {
      await drill('kill-agent', primary);
      await drill('kill-postmaster', primary);
    },
    expects: either(handedOver, hostLost),
  });
});
