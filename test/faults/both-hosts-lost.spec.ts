import { hostLost, ledBack, refusing } from '../support/expected';
import { interleaved, maybe } from '../support/event-pattern';
import { FaultContext } from '../support/fault-case';
import { faultFile } from '../support/fault-file';

const loseBoth = async ({ drill, primary, secondary }: FaultContext) => {
  await Promise.all([drill('kill-host', primary), drill('kill-host', secondary)]);
};
const startBoth = async ({ drill, primary, secondary }: FaultContext) => {
  await Promise.all([drill('start-host', primary), drill('start-host', secondary)]);
};

faultFile('both hosts lost', (fault) => {
  fault('the primary is back first: it withdraws its hand-over and serves alone until the other is back (R7, R8)', {
    inflict: async (context) => {
      await loseBoth(context);
      await context.drill('start-host', context.primary);
      await context.told('HandOverWithdrawn withdraw/degrade');
    },
    endFault: startBoth,
    expects: interleaved(refusing, maybe('FailoverWaiting wait/secondary-refuses'), ledBack, [
      'PrimaryHandedOver hand-over/postmaster-died',
      'HandOverWithdrawn withdraw/degrade',
      'ReplicationRestored restore/record',
    ]),
  });

  fault('the secondary is back first: it holds every acknowledged commit and is promoted (R4)', {
    inflict: async (context) => {
      await loseBoth(context);
      await context.drill('start-host', context.secondary);
      await context.told('FailoverCompleted');
    },
    endFault: startBoth,
    expects: hostLost,
  });
});
