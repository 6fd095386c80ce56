import { setTimeout as delay } from 'node:timers/promises';
import { timings } from '@tandem/protocol';
import { assertReleasedAfterRecord } from '../assertions';
import { Scenario, undoAll } from './scenario';
import { withWorkload } from './with-workload';

/** Long enough for a degrade of either kind, and shorter than the fence time. */
const WATCHED_MS = 2 * timings.degradeAfter;

/** Without the store the record cannot be degraded: when the secondary is lost too, commits wait. */
export const releaseBeforeCas: Scenario = {
  rule: 'R2: record first, then release; without the store a primary cannot degrade',
  assertion: 'released-after-record',
  undo: undoAll,
  run: (instance) =>
    withWorkload(instance, async (workload) => {
      const { platform, control, roles } = instance;
      const since = control.versions.length - 1;
      await platform.drill('store-down');
      await platform.drill('kill-host', roles.secondary);
      const goneMs = performance.now();
      await delay(WATCHED_MS);
      await workload.stop();
      assertReleasedAfterRecord(workload.history, goneMs, control.versions.slice(since));
    }),
};
