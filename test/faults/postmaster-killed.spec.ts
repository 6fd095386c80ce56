import { handedOver } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile('postmaster killed', (fault) => {
  fault('is handed over at once, since its agent lives (R7)', {
    inflict: ({ drill, primary }) => drill('kill-postmaster', primary),
    expects: handedOver,
  });
});
