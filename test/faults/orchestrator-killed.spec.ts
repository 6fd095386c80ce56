import { either } from '../support/event-pattern';
import { handedOver, hostLost, withdrawn } from '../support/expected';
import { faultFile } from '../support/fault-file';

const steps = [
  { step: 'handed over', fits: ({ state }: { state: string }) => state === 'handed-over' },
  { step: 'promoting', fits: ({ state }: { state: string }) => state === 'promoting' },
  {
    step: 'open',
    fits: ({ state, syncSet }: { state: string; syncSet: string[] }) => state === 'open' && !syncSet.length,
  },
];
const restored = ({ state, syncSet }: { state: string; syncSet: string[] }) => state === 'open' && syncSet.length > 0;

faultFile('orchestrator killed at each recorded step of a failover', (fault) => {
  for (const { step, fits } of [...steps, { step: 'restored', fits: restored }])
    fault(`${step}: the next one completes what it finds half done (R11)`, {
      inflict: async ({ drill, primary, at }) => {
        const killed = at(`the record is ${step}`, fits, () => kill(drill));
        await drill('kill-postmaster', primary);
        await killed;
      },
      // On a busy machine the next orchestrator may come later than withdrawAfter: the old primary, back by then, serves.
      expects: step === 'handed over' ? either(handedOver, withdrawn) : handedOver,
    });

  fault("promoting after the loss of the primary's host", {
    inflict: async ({ drill, primary, at, told }) => {
      const killed = at('the record is promoting', steps[1].fits, () => kill(drill));
      await drill('kill-host', primary);
      await killed;
      await told('FailoverCompleted');
    },
    endFault: ({ drill, primary }) => drill('start-host', primary),
    expects: hostLost,
  });
});

const kill = (drill: (verb: string, target: object) => Promise<unknown>) =>
  drill('kill-service', { service: 'failover-orchestrator' });
