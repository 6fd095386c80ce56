import { hostLost } from '../support/expected';
import { faultFile } from '../support/fault-file';

faultFile("primary's host killed", (fault) => {
  fault('is replaced once its session and its stream are silent (R4)', {
    inflict: async ({ drill, primary, told }) => {
      await drill('kill-host', primary);
      await told('FailoverCompleted');
    },
    endFault: ({ drill, primary }) => drill('start-host', primary),
    expects: hostLost,
  });
});
