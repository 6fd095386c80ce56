import { TopologyRecord } from '@tandem/contracts';
import {
  assertAcknowledgedKept,
  assertClosedUntil,
  assertOneAcknowledges,
  assertReleasedAfterRecord,
  assertSeenKept,
} from './assertions';
import { History } from './history';

/** One acknowledgement for each `[via, startMs, endMs]`, numbered from 0. */
function history(...acks: [via: string, startMs: number, endMs: number][]): History {
  const made = new History();
  acks.forEach(([via, startMs, endMs], seq) => made.acknowledged.push({ writer: 1, seq, via, startMs, endMs }));
  return made;
}
const version = (syncSet: string[], seenAtMs: number) => ({
  record: { syncSet } as unknown as TopologyRecord,
  seenAtMs,
});

describe('the promises', () => {
  it('miss an acknowledged commit and a row that was seen', () => {
    const told = history(['session', 0, 1], ['session', 2, 3]);
    expect(() => assertAcknowledgedKept(told, new Set(['1:0', '1:1']))).not.toThrow();
    expect(() => assertAcknowledgedKept(told, new Set(['1:0']))).toThrow('acknowledged-commits-kept: lost 1');
    told.seen.add('1:7');
    expect(() => assertSeenKept(told, new Set(['1:0']))).toThrow('seen-rows-kept: vanished 1, such as 1:7');
  });

  it('let nodes take turns as the record opened them, and an old one answer late', () => {
    const late = history(['pg-a', 0, 1], ['pg-b', 5, 6], ['pg-a', 2, 8], ['pg-b', 9, 10]);
    expect(() => assertOneAcknowledges(late, ['pg-a', 'pg-b'])).not.toThrow();
  });

  it('take the late answer of a thawed primary for no turn, though it is opened again later', () => {
    const again = history(['pg-a', 0, 1], ['pg-b', 5, 6], ['pg-a', 2, 8], ['pg-b', 9, 10], ['pg-a', 20, 21]);
    expect(() => assertOneAcknowledges(again, ['pg-a', 'pg-b', 'pg-a'])).not.toThrow();
  });

  it('notice an old primary that begins anew, and a node that was never opened', () => {
    const both = history(['pg-a', 0, 1], ['pg-b', 5, 6], ['pg-a', 7, 8]);
    expect(() => assertOneAcknowledges(both, ['pg-a', 'pg-b'])).toThrow('one-acknowledging-node');
    expect(() => assertOneAcknowledges(both, ['pg-a', 'pg-b', 'pg-a'])).not.toThrow();
    expect(() => assertOneAcknowledges(both, ['pg-a'])).toThrow('one-acknowledging-node: never opened');
  });

  it('notice a release before the record says that syncSet is empty', () => {
    const commits = history(['session', 0, 5], ['session', 1_000, 1_005]);
    const versions = [version(['pg-b'], 0), version([], 900)];
    expect(() => assertReleasedAfterRecord(commits, 10, versions)).not.toThrow();
    expect(() => assertReleasedAfterRecord(commits, 10, versions.slice(0, 1))).toThrow('released-after-record');
  });

  it('notice a login before the CAS', () => {
    expect(() => assertClosedUntil('opened-by-own-cas', [{ endMs: 950 }], 1_000)).not.toThrow();
    expect(() => assertClosedUntil('opened-by-own-cas', [{ endMs: 500 }], 1_000)).toThrow(
      'opened-by-own-cas: 1 logins',
    );
  });
});
