import { connectPeer, using, type Connection } from './connection';
import type { NodeContext, Source } from './node-options';
import { historyFileName, parseHistory, type TimelineHistory } from './timeline-history';

/** Has the source write a checkpoint: without it pg_rewind takes a fresh primary for one on its old timeline (R9). */
export async function checkpointPeer(node: NodeContext, source: Source, boundMs = 60_000): Promise<void> {
  await using(connectPeer(node, source, { statementMs: boundMs }), (session) =>
    session.query('CHECKPOINT', [], boundMs),
  );
}

async function timelineOf(session: Connection): Promise<number> {
  const [row] = await session.query<{ timeline: number }>(
    `SELECT CASE WHEN pg_is_in_recovery()
       THEN greatest((SELECT timeline_id FROM pg_control_checkpoint()),
                     (SELECT min_recovery_end_timeline FROM pg_control_recovery()))
       ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline`,
  );
  return row.timeline;
}

/** The branch that the source is on now. */
export async function fetchHistory(node: NodeContext, source: Source): Promise<TimelineHistory> {
  return using(connectPeer(node, source), async (session) => {
    const timeline = await timelineOf(session);
    if (timeline === 1) return { timeline, ancestors: [] };
    const [{ text }] = await session.query<{ text: string }>(
      `SELECT convert_from(pg_read_binary_file($1), 'UTF8') AS text`,
      [`pg_wal/${historyFileName(timeline)}`],
    );
    return parseHistory(timeline, text);
  });
}

export interface PeerAnswer {
  inRecovery: boolean;
  postmasterStartedAt: string;
}

/**
 * R4 (c), the direct probe: an answer of PostgreSQL itself within the bound (ms), or null. A connection is not enough:
 * a frozen host still accepts TCP.
 */
export async function probePeer(node: NodeContext, source: Source, boundMs = 300): Promise<PeerAnswer | null> {
  const ask = async () => {
    const session = connectPeer(node, source, { connectMs: boundMs, statementMs: boundMs });
    const [row] = await using(session, (open) =>
      open.query<PeerAnswer>(
        `SELECT pg_is_in_recovery() AS "inRecovery", pg_postmaster_start_time()::text AS "postmasterStartedAt"`,
        [],
        boundMs,
      ),
    );
    return row;
  };
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<null>((resolve) => (timer = setTimeout(resolve, boundMs, null)));
  const answer = await Promise.race([ask().catch(() => null), overdue]);
  clearTimeout(timer);
  return answer;
}
