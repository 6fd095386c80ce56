import { InstanceId, TopologyRecord } from '@tandem/contracts';
import { StoreReset } from './store-fingerprint';

/** One version of a topology record and where it stands: its sequence is what the next compare-and-set expects. */
export interface RecordVersion {
  readonly seq: number;
  readonly record: TopologyRecord;
}

export interface CompareAndSet {
  /** The version that `next` was decided on; null creates the record (expected sequence 0). */
  readonly based: RecordVersion | null;
  /** The whole new version, with an `id` of its own and the `id` of `based` as `prevId`. */
  readonly next: TopologyRecord;
}

/**
 * What became of a compare-and-set. There is no other answer and no exception for any of them.
 * - `done`: it landed. `before` says what the read of the expected sequence gave (R12): the version it was based on,
 *   nothing because that was purged or created, or no answer in time (which is unknown, not a mismatch).
 * - `refused`: it did not land and never will. `sequence`: another version came first; `not-sent`: this client had no
 *   connection, or could not yet tell whether the server behind it is still the same; `store-reset`: a reset was
 *   noticed and not accepted.
 * - `unanswered`: neither done nor failed; it may land at any later time (R12).
 * - `store-went-back`: it landed, on something else than `based`: the store had gone back and reused the sequence.
 */
export type CasAnswer =
  | { readonly outcome: 'done'; readonly version: RecordVersion; readonly before: 'same' | 'absent' | 'unknown' }
  | { readonly outcome: 'refused'; readonly reason: 'sequence'; readonly lastSeq?: number }
  | { readonly outcome: 'refused'; readonly reason: 'not-sent' | 'store-reset' }
  | { readonly outcome: 'unanswered'; readonly cause: unknown }
  | { readonly outcome: 'store-went-back'; readonly version: RecordVersion; readonly foundId: string | null };

export interface Watch {
  /** Resolves when every record that existed at the beginning has been delivered. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Says, for each reset that the store notices, whether this client may go on with compare-and-sets at once (`accept`)
 * or must have them refused until `acceptReset` is called (`refuse`). R12 demands `refuse` for everything that is
 * proven; for a mere restart of the server `accept` is right only where its disk keeps what it has acknowledged.
 */
export type OnReset = (reset: StoreReset) => 'accept' | 'refuse';

/** The record store (R11, R12): the only place where epochs, primaries and syncSets change. */
export interface TopologyStore {
  /** The newest version by the word of the stream's leader; may be stale all the same. Throws Transient, Permanent. */
  read(instanceId: InstanceId): Promise<RecordVersion | null>;
  /** The version at one sequence; null when it was purged. Throws Transient, Permanent. */
  readAt(seq: number): Promise<RecordVersion | null>;
  /** The linearization point of every role change; answered within 500 ms (casTimeout and two checks). */
  cas(change: CompareAndSet): Promise<CasAnswer>;
  /** The last version of each record of `what`, then every newer one that is not overtaken. Never throws. */
  watch(what: InstanceId | 'all', onVersion: (version: RecordVersion) => void): Watch;
  /** R11: drops what lies below `belowSeq`, which the caller has logged, but never one of the last 64 versions. */
  purgeLogged(instanceId: InstanceId, belowSeq: number): Promise<void>;
  /** Drops every version of an instance whose last version is `retired`; refuses others with Permanent. */
  remove(instanceId: InstanceId): Promise<void>;
  /** The caller knows of the reset and has done what R12 demands: compare-and-sets are sent again. */
  acceptReset(): Promise<void>;
  close(): Promise<void>;
}
