import { TopologyRecord } from '@tandem/contracts';
import {
  confirmed,
  degraded,
  failoverIdOf,
  failoverIdOfVersion,
  handedOver,
  promoted,
  restored,
  settled,
} from './index';

const place = { hostId: 'h', address: '127.0.0.1', port: 1 };
const stamp = (id: string) => ({ id, decision: { row: 'r', because: '', by: '', at: '', facts: {} } });
const self = { incarnation: 'i', branch: { epoch: 1, timeline: 1, switchLsn: '0/1' } };
const peer = { nodeId: 'b', incarnation: 'i' };
const whole: TopologyRecord = {
  schemaVersion: 1,
  prevId: null,
  instanceId: 'i',
  edition: 'ha',
  mode: 'semi-sync',
  epoch: 1,
  state: 'open',
  primary: 'a',
  syncSet: ['b'],
  nodes: { a: place, b: place },
  incarnations: { a: 'i', b: 'i' },
  branch: null,
  ...stamp('v1'),
};
const fault = { kind: 'fault', reason: 'postmaster-died' } as const;

describe('the id of a failover', () => {
  test('is that of the version which was left, in every version until the pair is whole again', () => {
    const given = handedOver(whole, stamp('v2'), fault);
    const taken = promoted(given, stamp('v3'), 'b');
    const opened = confirmed(taken, stamp('v4'), self);
    const healed = restored(opened, stamp('v5'), peer);
    expect([whole, given, taken, opened].map(failoverIdOf)).toEqual(['v1', 'v1', 'v1', 'v1']);
    expect(failoverIdOfVersion(opened, healed)).toBe('v1');
    expect(failoverIdOfVersion(healed, confirmed(healed, stamp('v6'), self))).toBe('v6');
  });

  test('is known before anything is written, where a host falls silent', () => {
    expect(failoverIdOf(promoted(whole, stamp('v2'), 'b'))).toBe(failoverIdOf(whole));
  });

  test('is that of the operation, for a switchover', () => {
    const order = { kind: 'switchover', reason: 'requested', operationId: 'op-1' } as const;
    const given = handedOver(whole, stamp('v2'), order);
    expect(failoverIdOf(confirmed(promoted(given, stamp('v3'), 'b'), stamp('v4'), self))).toBe('op-1');
  });

  test('outlives what is settled, withdrawn or degraded on the way', () => {
    const given = handedOver(whole, stamp('v2'), fault);
    const settling = settled(given, stamp('v3'));
    const alone = degraded(given, stamp('v3'), self);
    for (const next of [settling, alone, confirmed(given, stamp('v3'), self)])
      expect(failoverIdOfVersion(given, next)).toBe('v1');
    expect([settling, alone, degraded(whole, stamp('v2'), self)].map(failoverIdOf)).toEqual(['v1', 'v1', 'v1']);
  });

  test('of the next failover is another one', () => {
    const healed = restored(confirmed(promoted(whole, stamp('v2'), 'b'), stamp('v3'), self), stamp('v4'), peer);
    expect(failoverIdOf(healed)).toBe('v4');
    expect(failoverIdOf(handedOver(healed, stamp('v5'), fault))).toBe('v4');
  });
});
