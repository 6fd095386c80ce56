import { waitUntil } from '@tandem/host';
import { monotonicMs, UnknownOutcome } from '@tandem/platform';
import { readLocalHistory } from './control-data';
import type { NodeContext } from './node-options';
import type { StandingSession } from './standing-session';

export interface Promotion {
  timeline: number;
  /** Where the new timeline begins. */
  switchLsn: string;
  /** From the request until the server wrote on its own, in ms; 0 when it had been promoted before. */
  ms: number;
}

async function isInRecovery(session: StandingSession): Promise<boolean> {
  const [row] = await session.query<{ yes: boolean }>('SELECT pg_is_in_recovery() AS yes', [], 5_000);
  return row.yes;
}

/**
 * Ends recovery. R4 (e): the caller has won the CAS of the epoch and has cut the stream; nothing here checks that.
 * A node that is no standby any more is left as it is. Throws UnknownOutcome when the bound (ms) is reached: the
 * promotion may still come.
 */
export async function promoteNode(node: NodeContext, session: StandingSession, boundMs: number): Promise<Promotion> {
  const begun = monotonicMs();
  const wasStandby = await isInRecovery(session);
  if (wasStandby) {
    await session.query('SELECT pg_promote(false)');
    const done = await waitUntil(async () => !(await isInRecovery(session)), { boundMs, everyMs: 3 });
    if (!done) throw new UnknownOutcome('promotion-unfinished', `still in recovery after ${boundMs} ms`);
  }
  const ms = wasStandby ? monotonicMs() - begun : 0;
  const [{ timeline }] = await session.query<{ timeline: number }>(
    `SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline`,
  );
  const { ancestors } = await readLocalHistory(node, timeline);
  return { timeline, switchLsn: ancestors.at(-1)?.switchLsn ?? '0/0', ms };
}
