import { handedOver, hostLost } from '../support/expected';
import { faultFile } from '../support/fault-file';

type Version = { state: string; syncSet: string[] };

const steps = [
  { step: 'handed over', fits: ({ state }: Version) => state === 'handed-over' },
  { step: 'promoting', fits: ({ state }: Version) => state === 'promoting' },
  { step: 'open', fits: ({ state, syncSet }: Version) => state === 'open' && syncSet.length === 0 },
];
/** The orchestrator has a file of its own. */
const services = ['api-gateway', 'instance-manager', 'health-monitor'];

faultFile('every other service killed at each recorded step of a failover', (fault) => {
  for (const { step, fits } of steps)
    fault(`${step}: the failover goes on, since it needs none of them after its facts`, {
      inflict: async ({ drill, primary, at }) => {
        const killed = at(`the record is ${step}`, fits, () =>
          Promise.all(services.map((service) => drill('kill-service', { service }))),
        );
        await drill('kill-postmaster', primary);
        await killed;
      },
      expects: handedOver,
    });

  fault("before the loss of the primary's host is known: silence is counted anew by the next monitor (R14)", {
    inflict: async ({ drill, primary, told }) => {
      await Promise.all([drill('kill-service', { service: 'health-monitor' }), drill('kill-host', primary)]);
      await told('FailoverCompleted');
    },
    endFault: ({ drill, primary }) => drill('start-host', primary),
    expects: hostLost,
  });
});
