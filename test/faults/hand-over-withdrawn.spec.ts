import { withdrawn } from '../support/expected';
import { faultFile } from '../support/fault-file';

const ORCHESTRATOR = { service: 'failover-orchestrator' };

faultFile('the postmaster is back before the promotion', (fault) => {
  fault('withdraws its hand-over by CAS, since nobody decides a promotion in time (R7)', {
    inflict: async ({ drill, primary, at }) => {
      await drill('service-down', ORCHESTRATOR);
      const withdrawn = at(
        'the hand-over is withdrawn',
        ({ state, decision }) => state === 'open' && decision.row.startsWith('withdraw/'),
        () => undefined,
      );
      await drill('kill-postmaster', primary);
      await withdrawn;
    },
    endFault: ({ drill }) => drill('service-up', ORCHESTRATOR),
    expects: withdrawn,
  });
});
