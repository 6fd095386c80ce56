import type { TopologyRecord } from '@tandem/contracts';
import { compareTrails, RecordedVersion, TrailEvent } from './compare-trails';

const id = 'pg-aaaaaaaa';
const record = (n: number, more: Partial<TopologyRecord> = {}) =>
  ({ id: `v${n}`, instanceId: id, epoch: n, state: 'open', decision: { row: 'r', at: '' }, ...more }) as TopologyRecord;
const recorded = (n: number, more: Partial<TopologyRecord> = {}): RecordedVersion => ({
  revision: n * 10,
  record: record(n, more),
});
const logged = (n: number, more: Partial<TopologyRecord> = {}): TrailEvent => ({
  id: `v${n}`,
  position: n + 100,
  stream: `topology:${id}`,
  type: 'X',
  data: recorded(n, more),
  at: '2026-01-01T00:00:00.000Z',
});
const other: TrailEvent = { ...logged(1), id: 'e', data: { instanceId: id } };
const found = (events: TrailEvent[], versions: RecordedVersion[], upTo = 1_000) =>
  compareTrails(id, { events, versions, upTo }).map(({ revision, what }) => `${what} ${revision}`);

describe('compareTrails', () => {
  const versions = [1, 2, 3].map((n) => recorded(n));
  const events = [logged(1), other, logged(2), logged(3)];

  it('finds nothing when the log tells every version once, in order, whatever else it tells', () => {
    expect(found(events, versions)).toEqual([]);
  });

  it.each([
    ['a version that was skipped', [logged(1), logged(3)], versions, ['not-logged 20']],
    ['one that was told twice', [logged(1), logged(2), logged(2), logged(3)], versions, ['logged-twice 20']],
    ['one that was overtaken', [logged(1), logged(3), logged(2)], versions, ['out-of-order 20']],
    ['one that tells another content', [logged(1), logged(2, { epoch: 9 }), logged(3)], versions, ['differs 20']],
    [
      'an event that has an id of its own',
      [{ ...logged(1), id: 'e' }, logged(2), logged(3)],
      versions,
      ['id-differs 10'],
    ],
    ['one that the store has not', events, [recorded(1), recorded(3)], ['not-recorded 20']],
    [
      'a record that is gone and was not retired',
      events,
      [],
      ['not-recorded 10', 'not-recorded 20', 'not-recorded 30'],
    ],
  ])('finds %s', (_, log, store, differences) => {
    expect(found(log as TrailEvent[], store as RecordedVersion[])).toEqual(differences);
  });

  it('lets the store forget its oldest versions, and a record that is retired', () => {
    expect(found(events, versions.slice(1))).toEqual([]);
    expect(found([...events, logged(4, { state: 'retired' })], [])).toEqual([]);
  });

  it('says nothing about what came after the store was read', () => {
    expect(found([...events, logged(4)], versions, 30)).toEqual([]);
    expect(found([...events, logged(4)], versions)).toEqual(['not-recorded 40']);
  });

  it('does not mind the order of keys, nor a field that is there with no value', () => {
    const { epoch, ...rest } = record(1);
    const turned = { ...rest, handOver: undefined, epoch } as TopologyRecord;
    expect(found([{ ...logged(1), data: { revision: 10, record: turned } }], [recorded(1)])).toEqual([]);
  });
});
