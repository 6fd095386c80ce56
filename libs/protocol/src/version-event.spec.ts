import { TopologyRecord } from '@tandem/contracts';
import { confirmed, created, degraded, handedOver, promoted, restored, retired, settled } from './record';
import { eventOfVersion, TopologyEventType } from './version-event';

const place = { hostId: 'host-a1', address: '127.0.1.11', port: 7800 };
const stamp = (id: string, row = 'test') => ({ id, decision: { row, because: '', by: '', at: '', facts: {} } });
const self = { incarnation: 'a-1', branch: { epoch: 1, timeline: 1, switchLsn: '0/0' } };
const born = created(
  { instanceId: 'demo', edition: 'ha', mode: 'semi-sync', primary: 'a', nodes: { a: place, b: place } },
  stamp('v1'),
);
const open = confirmed(born, stamp('v2'), self);
const paired = restored(open, stamp('v3'), { nodeId: 'b', incarnation: 'b-1' });
const given = handedOver(paired, stamp('v4'), { kind: 'fault', reason: 'postmaster-died' });
const taken = promoted(given, stamp('v5'), 'b');

const events: [TopologyEventType, TopologyRecord | null, TopologyRecord][] = [
  ['TopologyCreated', null, born],
  ['PrimaryOpened', born, open],
  ['PrimaryConfirmed', open, confirmed(open, stamp('v'), self)],
  ['ReplicationRestored', open, paired],
  ['ReplicationDegraded', paired, degraded(paired, stamp('v'), self)],
  ['PrimaryHandedOver', paired, given],
  ['HandOverWithdrawn', given, confirmed(given, stamp('v'), self)],
  ['HandOverWithdrawn', given, degraded(given, stamp('v'), self)],
  ['SecondaryPromoted', given, taken],
  ['SecondaryPromoted', paired, promoted(paired, stamp('v'), 'b')],
  ['PromotionWithdrawn', taken, promoted(taken, stamp('v'), 'a')],
  ['RecordSettled', paired, settled(paired, stamp('v', 'settle/unanswered'))],
  ['RecordSettled', given, settled(given, stamp('v', 'settle/unanswered'))],
  ['TopologyRetired', paired, retired(paired, stamp('v'))],
];

test.each(events)('R11: a version has one event: %s', (event, from, to) => {
  expect(eventOfVersion(from, to)).toBe(event);
});
