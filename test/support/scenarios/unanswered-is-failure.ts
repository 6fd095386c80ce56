import { setTimeout as delay } from 'node:timers/promises';
import { timings } from '@tandem/protocol';
import { eventually } from '@tandem/testkit';
import { pauseAgent, pauseStore } from '../pauses';
import { asAgent } from '../superuser';
import { TestInstance } from '../test-instance';
import { loseBothInTurn } from './lose-both-in-turn';
import { Scenario, undoAll } from './scenario';
import { withWorkload } from './with-workload';

const BOUND_MS = 30_000;
/** Longer than the bound of a CAS (500 ms), and shorter than what makes a client give its connection up (4 s). */
const LATE_MS = 2 * timings.casTimeout + 400;

/** The CAS of a restore lands after its agent has given up waiting for the answer. */
export const unansweredIsFailure: Scenario = {
  rule: 'R12: an unanswered CAS is neither done nor failed; names stay until it is settled',
  assertion: 'acknowledged-commits-kept',
  undo: undoAll,
  run: (instance) =>
    withWorkload(instance, async (workload) => {
      await restoreLandsLate(instance);
      await loseBothInTurn(instance, workload);
    }),
};

/** The peer's word expires after 1.5 s (apps/node-agent, peer-link). */
const WORD_EXPIRES_MS = 1_700;

async function restoreLandsLate(instance: TestInstance): Promise<void> {
  const { platform, control, roles } = instance;
  const { primary, secondary } = roles;
  // Without its agent's word the secondary streams again but is not restored yet (R3)...
  const resumeAgent = pauseAgent(platform, secondary.hostId);
  try {
    // What the primary's agent had heard of it before is believed a while longer.
    await delay(WORD_EXPIRES_MS);
    // Its receiver is back at once after the first time, and after wal_retrieve_retry_interval when it failed early.
    await eventually(
      'degraded',
      () => {
        asAgent(instance, primary.nodeId, 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication');
        return control.record.syncSet.length === 0;
      },
      BOUND_MS,
    );
    const streams = () => asAgent(instance, secondary.nodeId, 'SELECT count(*) FROM pg_stat_wal_receiver') === '1';
    await eventually('the secondary streams again', streams, BOUND_MS);
    // ...and as long as it does not replay it does not pass the mark.
    asAgent(instance, secondary.nodeId, 'SELECT pg_wal_replay_pause()');
  } finally {
    resumeAgent();
  }
  const marked = async () => (await control.report(primary.nodeId))?.row === 'restore/catching-up';
  await eventually('the restore waits for the mark', marked, BOUND_MS);
  const restored = control.when('restored', ({ syncSet }) => syncSet.length > 0, () => undefined, BOUND_MS); // prettier-ignore
  const resumeStore = await pauseStore(platform);
  try {
    asAgent(instance, secondary.nodeId, 'SELECT pg_wal_replay_resume()');
    await delay(LATE_MS);
  } finally {
    resumeStore();
  }
  await restored;
}
