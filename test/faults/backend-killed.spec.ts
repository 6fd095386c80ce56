import { handedOver } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile('one backend killed by kill -9', (fault) => {
  fault('ends the postmaster, which does not recover past the gate by itself, and is handed over (R7, R8)', {
    inflict: ({ drill, primary }) => drill('kill-backend', primary),
    expects: handedOver,
  });
});
