import { TopologyRecord } from '@tandem/contracts';
import * as fc from 'fast-check';
import { breachOf } from './invariants';
import { confirmed, created, degraded, handedOver, otherNode, promoted, restored, retired, settled } from './record';

const place = { hostId: 'host-a1', address: '127.0.1.11', port: 7800 };
const decision = { row: 'test', because: 'test', by: 'test', at: '2026-01-01T00:00:00Z', facts: {} };
const stamp = (id: string) => ({ id, decision });
const self = (node: string, epoch: number) => ({
  incarnation: `${node}-1`,
  branch: { epoch, timeline: epoch, switchLsn: '0/3000000' },
});
const born = created(
  { instanceId: 'demo', edition: 'ha', mode: 'semi-sync', primary: 'a', nodes: { a: place, b: place } },
  stamp('v1'),
);
const open = confirmed(born, stamp('v2'), self('a', 1));
const paired = restored(open, stamp('v3'), { nodeId: 'b', incarnation: 'b-1' });
const given = handedOver(paired, stamp('v4'), { kind: 'fault', reason: 'postmaster-died' });
const taken = promoted(given, stamp('v5'), 'b');

describe('given the record of a creation', () => {
  test('it is epoch 1, not open, and nobody is in syncSet', () => {
    expect(born).toMatchObject({ epoch: 1, state: 'promoting', syncSet: [], prevId: null, incarnations: {} });
  });

  test('when the primary confirms, it is open and tells its incarnation and branch', () => {
    expect(open).toMatchObject({ state: 'open', epoch: 1, prevId: 'v1', incarnations: { a: 'a-1' } });
    expect(open.branch).toEqual(self('a', 1).branch);
  });
});

describe('given a pair in sync', () => {
  test('when it degrades, syncSet is empty and the record stays open', () => {
    expect(degraded(paired, stamp('v'), self('a', 1))).toMatchObject({ state: 'open', syncSet: [], epoch: 1 });
  });

  test('when it hands over, syncSet stays, so that the secondary can be promoted', () => {
    expect(given).toMatchObject({ state: 'handed-over', syncSet: ['b'], handOver: { kind: 'fault' } });
  });

  test('when the secondary is promoted, the next epoch names it, with an empty syncSet, not open', () => {
    expect(taken).toMatchObject({ epoch: 2, primary: 'b', syncSet: [], state: 'promoting', prevId: 'v4' });
  });

  test('when a hand-over is withdrawn, nothing of it stays in the record', () => {
    expect(confirmed(given, stamp('v'), self('a', 1)).handOver).toBeUndefined();
  });

  test('when it is settled, only id, prevId and decision differ', () => {
    const { id, prevId, ...rest } = settled(given, stamp('v'));
    expect([id, prevId]).toEqual(['v', 'v4']);
    expect(rest).toEqual({ ...rest, ...(({ id: _, prevId: __, ...same }) => same)(given) });
  });

  test('the other node is told, and Basic has none', () => {
    expect(otherNode(paired, 'a')).toBe('b');
    expect(otherNode({ ...paired, nodes: { a: place } }, 'a')).toBeUndefined();
  });
});

/** Every change that the tables may make of a version, by name. */
const legal: Record<string, (r: TopologyRecord, id: string) => TopologyRecord | undefined> = {
  confirm: (r, id) => confirmed(r, stamp(id), self(r.primary, r.epoch)),
  degrade: (r, id) => (r.state === 'promoting' ? undefined : degraded(r, stamp(id), self(r.primary, r.epoch))),
  restore: (r, id) => {
    const nodeId = otherNode(r, r.primary) ?? '';
    return r.state === 'open' ? restored(r, stamp(id), { nodeId, incarnation: `${nodeId}-${id}` }) : undefined;
  },
  handOver: (r, id) =>
    r.state === 'open' && r.syncSet.length ? handedOver(r, stamp(id), { kind: 'fault', reason: 'test' }) : undefined,
  switchOver: (r, id) =>
    r.state === 'open' && r.syncSet.length
      ? handedOver(r, stamp(id), { kind: 'switchover', reason: 'test' })
      : undefined,
  settle: (r, id) => settled(r, stamp(id)),
  promote: (r, id) => (r.state !== 'promoting' && r.syncSet[0] ? promoted(r, stamp(id), r.syncSet[0]) : undefined),
  wayBack: (r, id) => {
    const to = otherNode(r, r.primary) ?? '';
    return r.state === 'promoting' && r.incarnations[to] ? promoted(r, stamp(id), to) : undefined;
  },
};

test('law: no sequence of legal changes has a breach, and each version follows the one before it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(legal)), { maxLength: 40 }), (kinds) => {
      let record = born;
      kinds.forEach((kind, i) => {
        const next = legal[kind](record, `w${i}`);
        if (!next) return;
        expect(breachOf(record, next)).toBeUndefined();
        expect(next.prevId).toBe(record.id);
        expect(next.syncSet).not.toContain(next.primary);
        record = next;
      });
      expect(breachOf(record, retired(record, stamp('end')))).toBeUndefined();
    }),
  );
});

describe('each illegal change is named', () => {
  const illegal: [string, TopologyRecord, TopologyRecord][] = [
    ['R12: prevId', paired, { ...degraded(paired, stamp('v'), self('a', 1)), prevId: 'v2' }],
    ['R12: each version', paired, settled(paired, stamp(paired.id))],
    ['R1: epochs go up by one', taken, { ...settled(taken, stamp('v')), epoch: 1 }],
    ['R1: epochs go up by one', paired, { ...promoted(paired, stamp('v'), 'b'), epoch: 3 }],
    ['a retired record', retired(paired, stamp('r')), settled(retired(paired, stamp('r')), stamp('v'))],
    ['R4 (d)', paired, { ...promoted(paired, stamp('v'), 'b'), syncSet: ['a'] }],
    ['R4 (d)', paired, { ...promoted(paired, stamp('v'), 'b'), state: 'open' }],
    ['R4: no way back', born, promoted(born, stamp('v'), 'b')],
    ['R4 (a)', open, promoted(open, stamp('v'), 'b')],
    ['R4: another primary', paired, { ...settled(paired, stamp('v')), primary: 'b' }],
    ['R4: after open', paired, { ...settled(paired, stamp('v')), state: 'promoting' }],
    [
      'R7: only an open',
      taken,
      handedOver({ ...taken, syncSet: ['a'] }, stamp('v'), { kind: 'fault', reason: 'test' }),
    ],
    ['R7: a hand-over needs', open, handedOver(open, stamp('v'), { kind: 'fault', reason: 'test' })],
    ['R3: syncSet is restored', taken, restored(taken, stamp('v'), { nodeId: 'a', incarnation: 'a-1' })],
  ];

  test.each(illegal)('%s', (sentence, from, to) => {
    expect(breachOf(from, to)).toMatch(new RegExp(`^${sentence.replace(/[()]/g, '\\$&')}`));
  });
});
