import { eventually } from '@tandem/testkit';
import { assertOneAcknowledges, openedPrimaries } from '../assertions';
import { ORCHESTRATOR, Scenario, undoAll } from './scenario';
import { withWorkload } from './with-workload';

const BOUND_MS = 30_000;
const ENOUGH = 50;

/** An orchestrator has the secondary's consent and dies before its CAS: the primary withdraws and serves again. */
export const promoteBeforeCas: Scenario = {
  rule: 'R4 (e): pg_promote never before the CAS of the epoch',
  assertion: 'one-acknowledging-node',
  undo: undoAll,
  run: (instance) =>
    withWorkload(instance, async (workload) => {
      const { platform, control } = instance;
      const { primary, secondary } = instance.roles;
      const since = control.versions.length - 1;
      await platform.drill('service-down', ORCHESTRATOR);
      const consented = control.when(
        'the primary is handed over',
        ({ state }) => state === 'handed-over',
        () => control.askConsent(secondary.nodeId),
        BOUND_MS,
      );
      const withdrawn = control.when('withdrawn', ({ state }) => state === 'open', () => performance.now(), 2 * BOUND_MS); // prettier-ignore
      await platform.drill('kill-postmaster', primary);
      await consented;
      const openMs = await withdrawn;
      const serves = () =>
        workload.history.acknowledged.filter(({ via, startMs }) => via === primary.nodeId && startMs > openMs).length;
      await eventually('the primary acknowledges again', () => serves() > ENOUGH, BOUND_MS);
      await workload.stop();
      const records = control.versions.slice(since).map(({ record }) => record);
      assertOneAcknowledges(workload.history, openedPrimaries(records));
    }),
};
