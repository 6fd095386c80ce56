import { streams, subjects } from '@tandem/contracts';
import { monotonicMs } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import { JetStreamClient, JetStreamManager, StoredMsg } from 'nats';
import { checkChange } from './check-change';
import { isMessageNotFound, isWrongLastSequence, lastSequenceOf } from './nats-failure';
import { decodeRecord, encodeRecord } from './record-codec';
import { StoreContinuity } from './store-continuity';
import { mismatch } from './store-fingerprint';
import { CasAnswer, CompareAndSet, RecordVersion } from './topology-store';

/** Each step gets what is left of casTimeout and at least this (ms), so that all three together take 500 at most. */
const MINIMUM_STEP_MS = 100;

export interface CasParts {
  readonly js: JetStreamClient;
  readonly continuity: StoreContinuity;
  /** A manager whose requests end after the given time. */
  readonly jsmWithin: (timeoutMs: number) => Promise<JetStreamManager>;
}

/**
 * The one CAS of the topology (R1, R2, R3, R4, R7): publish with the expected last sequence of the subject.
 * No Nats-Msg-Id: within the duplicate window a retry would be answered as success (R12).
 * A client that lost its connection without knowing buffers or loses the message, and a frozen server has it in its
 * socket: both are `unanswered`, and it may land much later. Only a client that knows it is cut off does not send.
 */
export async function compareAndSet(parts: CasParts, change: CompareAndSet): Promise<CasAnswer> {
  checkChange(change);
  const data = encodeRecord(change.next);
  const began = monotonicMs();
  const left = (): number => Math.max(timings.casTimeout - (monotonicMs() - began), MINIMUM_STEP_MS);
  const admitted = await parts.continuity.admits(timings.casTimeout);
  if (admitted !== 'yes') return { outcome: 'refused', reason: admitted };
  const expected = change.based?.seq ?? 0;
  let seq: number;
  try {
    const ack = await parts.js.publish(subjects.topology(change.next.instanceId), data, {
      expect: { lastSubjectSequence: expected, streamName: streams.topology },
      timeout: left(),
    });
    seq = ack.seq;
  } catch (cause) {
    if (isWrongLastSequence(cause)) return { outcome: 'refused', reason: 'sequence', lastSeq: lastSequenceOf(cause) };
    // R12: whatever else it is, nothing proves that it will not land.
    return { outcome: 'unanswered', cause };
  }
  parts.continuity.saw(seq);
  return checkBefore(parts, change.based, { seq, record: change.next }, left());
}

/** R12: after a success, the version at the expected sequence must be the one that the new version was based on. */
async function checkBefore(
  { continuity, jsmWithin }: CasParts,
  based: RecordVersion | null,
  version: RecordVersion,
  withinMs: number,
): Promise<CasAnswer> {
  if (based === null) return { outcome: 'done', version, before: 'absent' };
  let found: StoredMsg;
  try {
    const jsm = await jsmWithin(withinMs);
    found = await jsm.streams.getMessage(streams.topology, { seq: based.seq });
  } catch (error) {
    // Purged, or no answer in time: unknown is never a mismatch.
    return { outcome: 'done', version, before: isMessageNotFound(error) ? 'absent' : 'unknown' };
  }
  const foundId = idOf(found);
  if (foundId === based.record.id) return { outcome: 'done', version, before: 'same' };
  continuity.report(mismatch(`sequence ${based.seq} holds version ${foundId}, expected ${based.record.id}`));
  return { outcome: 'store-went-back', version, foundId };
}

/** null when the message at that sequence is not a record at all. */
function idOf(message: StoredMsg): string | null {
  try {
    return decodeRecord(message.data, `sequence ${message.seq}`).id;
  } catch {
    return null;
  }
}
