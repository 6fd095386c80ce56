import { TopologyRecord } from '@tandem/contracts';
import { Acknowledgement, History, rowKey } from './history';

/** A named promise that was broken; sabotage tests demand exactly one of these by its name. */
export class Breach extends Error {
  constructor(
    readonly assertion: AssertionName,
    detail: string,
  ) {
    super(`${assertion}: ${detail}`);
  }
}

export type AssertionName =
  | 'acknowledged-commits-kept'
  | 'seen-rows-kept'
  | 'one-acknowledging-node'
  | 'released-after-record'
  | 'gate-closed-until-confirmed'
  | 'opened-by-own-cas';

/** What is acknowledged or opened right after a CAS may reach the test before the version itself does. */
const SIGHT_MS = 100;

const some = (keys: readonly string[]): string => `${keys.length}, such as ${keys.slice(0, 5).join(', ')}`;

/** Every commit acknowledged without a WARNING is in `rows`, read on the final primary. */
export function assertAcknowledgedKept(history: History, rows: ReadonlySet<string>): void {
  const lost = history.acknowledged.filter((ack) => !rows.has(rowKey(ack)));
  if (lost.length > 0) throw new Breach('acknowledged-commits-kept', `lost ${some(lost.map(describe))}`);
}

/** Every row that a reader was shown through the endpoint is in `rows`. */
export function assertSeenKept(history: History, rows: ReadonlySet<string>): void {
  const gone = [...history.seen].filter((key) => !rows.has(key));
  if (gone.length > 0) throw new Breach('seen-rows-kept', `vanished ${some(gone)}`);
}

/**
 * Never two nodes acknowledge. `opened` are the primaries of the record in the order of their open versions. Once a
 * later one has acknowledged, an earlier one may only answer for a commit that began before that: the answer of a
 * thawed primary, whose commit is on the new one (which assertAcknowledgedKept checks).
 */
export function assertOneAcknowledges(history: History, opened: readonly string[]): void {
  const direct = history.acknowledged.filter(({ via }) => opened.includes(via));
  let turn = 0;
  let turnBeganMs = -Infinity;
  for (const ack of [...direct].sort((a, b) => a.endMs - b.endMs)) {
    // A late answer is no turn, also where its node is opened again later.
    if (ack.via === opened[turn] || ack.startMs < turnBeganMs) continue;
    const next = opened.indexOf(ack.via, turn + 1);
    if (next >= 0) {
      turn = next;
      turnBeganMs = ack.endMs;
    } else throw new Breach('one-acknowledging-node', `${describe(ack)} began after ${opened[turn]} had acknowledged`);
  }
  const strangers = history.acknowledged.filter(({ via }) => via.startsWith('pg-') && !opened.includes(via));
  if (strangers.length > 0) throw new Breach('one-acknowledging-node', `never opened: ${describe(strangers[0])}`);
}

/**
 * R2: from the moment in which the secondary is gone no commit that begins is acknowledged before the record says that
 * syncSet is empty. `versions` begin with the one of that moment.
 */
export function assertReleasedAfterRecord(
  history: History,
  goneMs: number,
  versions: readonly { record: TopologyRecord; seenAtMs: number }[],
): void {
  const degradedMs = versions.find(({ record }) => record.syncSet.length === 0)?.seenAtMs ?? Infinity;
  const early = history.acknowledged.filter(({ startMs, endMs }) => startMs > goneMs && endMs < degradedMs - SIGHT_MS);
  if (early.length > 0)
    throw new Breach('released-after-record', `released while the record lists it: ${some(early.map(describe))}`);
}

/** R1: nobody logs in to a node that was started again before the version by which its agent opened or confirmed it. */
export function assertClosedUntil(
  assertion: 'gate-closed-until-confirmed' | 'opened-by-own-cas',
  logins: readonly { endMs: number }[],
  confirmedAtMs: number,
): void {
  const early = logins.filter(({ endMs }) => endMs < confirmedAtMs - SIGHT_MS);
  if (early.length > 0)
    throw new Breach(
      assertion,
      `${early.length} logins, the first ${confirmedAtMs - early[0].endMs} ms before the CAS`,
    );
}

/** The primaries of open versions in their order, each once in a row. */
export function openedPrimaries(records: readonly TopologyRecord[]): string[] {
  const opened = records.filter(({ state }) => state === 'open').map(({ primary }) => primary);
  return opened.filter((primary, index) => primary !== opened[index - 1]);
}

const describe = ({ writer, seq, via, startMs, endMs }: Acknowledgement): string =>
  `${writer}:${seq} by ${via} (${startMs.toFixed(0)}-${endMs.toFixed(0)} ms)`;
