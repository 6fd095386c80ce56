import { monotonicMs } from '@tandem/platform';
import { ChangeTracker } from './change-tracker';
import type { ObserverSession } from './observer-session';
import { AGENT_ROLE } from './roles';

export interface AttachedStandby {
  applicationName: string;
  /** The role that it logged in with, which pg_hba binds to one host's certificate (R3). */
  role: string;
  state: string;
  flushLsn: string | null;
  replayLsn: string | null;
  syncState: string;
  /** Lower bound in ms of the age of its last reply, by our own monotonic clock. */
  replyAgeMs: number;
  /** Whether a reply has been seen to arrive since we look; until then `replyAgeMs` is merely how long we look. */
  replySeen: boolean;
}

export interface PrimaryObservation {
  inRecovery: boolean;
  /** null while in recovery. */
  timeline: number | null;
  insertLsn: string | null;
  flushLsn: string | null;
  standbys: AttachedStandby[];
  /** Client commits that wait for the names, without the platform's own probes. */
  waitingCommits: number;
  /** Lower bound in ms of the longest such wait, by our own monotonic clock. */
  waitingMaxMs: number;
  postmasterStartedAt: string;
}

interface Row {
  inRecovery: boolean;
  timeline: number | null;
  insertLsn: string | null;
  flushLsn: string | null;
  standbys: (Omit<AttachedStandby, 'replyAgeMs' | 'replySeen'> & { pid: number; replyTime: string | null })[];
  waiting: string[];
  postmasterStartedAt: string;
}

const QUERY = `
  WITH recovery AS (SELECT pg_is_in_recovery() AS yes)
  SELECT yes AS "inRecovery",
    CASE WHEN NOT yes THEN ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline,
    CASE WHEN NOT yes THEN pg_current_wal_insert_lsn()::text END AS "insertLsn",
    CASE WHEN NOT yes THEN pg_current_wal_flush_lsn()::text END AS "flushLsn",
    pg_postmaster_start_time()::text AS "postmasterStartedAt",
    (SELECT coalesce(json_agg(json_build_object('pid', pid, 'applicationName', application_name, 'role', usename,
        'state', state, 'flushLsn', flush_lsn::text, 'replayLsn', replay_lsn::text, 'syncState', sync_state,
        'replyTime', reply_time::text)), '[]') FROM pg_stat_replication) AS standbys,
    (SELECT coalesce(json_agg(pid || ' ' || query_start), '[]') FROM pg_stat_activity
      WHERE wait_event = 'SyncRep' AND usename <> '${AGENT_ROLE}') AS waiting
  FROM recovery`;

/** Looks at a primary, remembering between two looks what has not moved. */
export class PrimaryObserver {
  private readonly replies = new ChangeTracker(monotonicMs);
  private readonly waits = new ChangeTracker(monotonicMs);

  constructor(private readonly session: ObserverSession) {}

  async observe(boundMs: number): Promise<PrimaryObservation> {
    const { standbys, waiting, ...row } = await this.session.row<Row>(QUERY, boundMs);
    const replies = this.replies.round(Object.fromEntries(standbys.map((s) => [s.pid, s.replyTime ?? ''])));
    const waits = Object.values(this.waits.round(Object.fromEntries(waiting.map((key) => [key, '']))));
    return {
      ...row,
      standbys: standbys.map(({ pid, replyTime: _, ...standby }) => ({
        ...standby,
        replyAgeMs: replies[pid].ageMs,
        replySeen: replies[pid].changed,
      })),
      waitingCommits: waits.length,
      waitingMaxMs: Math.max(0, ...waits.map(({ ageMs }) => ageMs)),
    };
  }
}
