import { eventually } from '@tandem/testkit';
import { assertAcknowledgedKept } from '../assertions';
import { tokenOf } from '../event-tokens';
import { finalRows } from '../final-rows';
import { TestInstance } from '../test-instance';
import { Workload } from '../workload';

const BOUND_MS = 60_000;
const ENOUGH = 50;

/**
 * The secondary's host is lost, commits go on without it, the primary's host is lost, and the secondary is back. Where
 * it still counts as somebody who holds everything, it is promoted and those commits are gone; else the primary is
 * waited for.
 */
export async function loseBothInTurn(instance: TestInstance, workload: Workload): Promise<void> {
  const { platform, control } = instance;
  const { primary, secondary } = instance.roles;
  const from = await instance.position();
  await platform.drill('kill-host', secondary);
  const gone = performance.now();
  await eventually('commits go on', () => workload.history.acknowledgedSince(gone) > ENOUGH, BOUND_MS);
  await platform.drill('kill-host', primary);
  await platform.drill('start-host', secondary);
  await eventually(
    'the secondary serves, or the primary is waited for',
    async () => {
      const { state, primary: now } = control.record;
      if (state === 'open' && now === secondary.nodeId) return true;
      return (await instance.eventsAfter(from)).some((event) => tokenOf(event) === 'FailoverWaiting wait/degraded');
    },
    BOUND_MS,
  );
  await platform.drill('start-host', primary);
  await workload.flows();
  await workload.stop();
  assertAcknowledgedKept(workload.history, await finalRows(instance));
}
