import { eventually } from '@tandem/testkit';
import { assertClosedUntil } from '../assertions';
import { LoginProbe } from '../login-probe';
import { ORCHESTRATOR, Scenario, undoAll } from './scenario';

const BOUND_MS = 30_000;
/** withdrawAfter, and time for recovery and the CAS. */
const WITHDRAWN_MS = 15_000;

/** The postmaster dies, is handed over and recovers; until the hand-over is withdrawn it lets no client in. */
export const gateLeftOpen: Scenario = {
  rule: 'R8: a primary that starts again lets no client in before it has confirmed',
  assertion: 'gate-closed-until-confirmed',
  undo: undoAll,
  run: async (instance) => {
    const { platform, control, roles } = instance;
    await platform.drill('service-down', ORCHESTRATOR);
    let probe: LoginProbe | undefined;
    const begun = control.when(
      'the primary is handed over',
      ({ state }) => state === 'handed-over',
      () => (probe = new LoginProbe(instance, roles.primary.nodeId)),
      BOUND_MS,
    );
    const withdrawn = control.when('withdrawn', ({ state }) => state === 'open', () => performance.now(), WITHDRAWN_MS); // prettier-ignore
    try {
      await platform.drill('kill-postmaster', roles.primary);
      const { logins } = await begun;
      // With its gate open a node does not prove what a withdrawal needs: then there is no such version at all.
      const openMs = await withdrawn.catch((error: Error) => {
        if (logins.length === 0) throw error;
        return Infinity;
      });
      if (openMs < Infinity)
        await eventually('clients come in again', () => logins.some(({ startMs }) => startMs > openMs), BOUND_MS);
      assertClosedUntil('gate-closed-until-confirmed', logins, openMs);
    } finally {
      await probe?.stop();
    }
  },
};
