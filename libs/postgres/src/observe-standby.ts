import { monotonicMs } from '@tandem/platform';
import { ChangeTracker } from './change-tracker';
import type { ObserverSession } from './observer-session';

export interface StandbyObservation {
  inRecovery: boolean;
  receiveLsn: string | null;
  replayLsn: string | null;
  /** Everything received has been replayed. */
  caughtUp: boolean;
  /** The row of pg_stat_wal_receiver; its absence is the sign that the stream is gone. */
  receiver: {
    status: string;
    host: string | null;
    port: number | null;
    timeline: number | null;
    /** Lower bound in ms of the silence of the source, by our own monotonic clock. */
    silentMs: number;
  } | null;
  /** Timeline that the node recovers along, as pg_control knows it: behind the receiver's for a moment. */
  controlTimeline: number;
  postmasterStartedAt: string;
}

type Receiver = NonNullable<StandbyObservation['receiver']>;
interface Row extends Omit<StandbyObservation, 'receiver'> {
  receiver: (Omit<Receiver, 'silentMs'> & { pid: number; lastMessage: string | null }) | null;
}

const QUERY = `
  SELECT pg_is_in_recovery() AS "inRecovery",
    pg_last_wal_receive_lsn()::text AS "receiveLsn", pg_last_wal_replay_lsn()::text AS "replayLsn",
    coalesce(pg_last_wal_replay_lsn() >= coalesce(pg_last_wal_receive_lsn(), '0/0'), false) AS "caughtUp",
    (SELECT json_build_object('pid', pid, 'status', status, 'host', sender_host, 'port', sender_port,
        'timeline', received_tli, 'lastMessage', last_msg_receipt_time::text) FROM pg_stat_wal_receiver) AS receiver,
    greatest((SELECT timeline_id FROM pg_control_checkpoint()),
      (SELECT min_recovery_end_timeline FROM pg_control_recovery())) AS "controlTimeline",
    pg_postmaster_start_time()::text AS "postmasterStartedAt"`;

/** Looks at a standby, remembering between two looks when the source was last heard. */
export class StandbyObserver {
  private readonly messages = new ChangeTracker(monotonicMs);

  constructor(private readonly session: ObserverSession) {}

  async observe(boundMs: number): Promise<StandbyObservation> {
    const { receiver: raw, ...row } = await this.session.row<Row>(QUERY, boundMs);
    const heard = this.messages.round(raw ? { [raw.pid]: raw.lastMessage ?? '' } : {});
    if (!raw) return { ...row, receiver: null };
    const { pid, lastMessage: _, ...receiver } = raw;
    return { ...row, receiver: { ...receiver, silentMs: heard[pid].ageMs } };
  }
}
