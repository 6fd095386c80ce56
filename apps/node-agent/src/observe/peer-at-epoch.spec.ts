import { NodeReport, TopologyRecord } from '@tandem/contracts';
import { peerAtEpoch } from './peer-at-epoch';

const first = { epoch: 1, timeline: 1, switchLsn: '0/0' };
const branch = { epoch: 2, timeline: 2, switchLsn: '0/3000060' };
const record = { epoch: 2, branch } as TopologyRecord;
const report = (change: Partial<NodeReport> = {}) =>
  ({
    role: 'standby',
    persistedEpoch: 2,
    streaming: true,
    timeline: 2,
    lineage: [first, branch],
    ...change,
  }) as NodeReport;

describe('evidence of the secondary counts (R3)', () => {
  it('while it streams on the branch of the record, at its epoch', () => {
    expect(peerAtEpoch(report(), record, 2)).toBe('yes');
  });

  it.each<[string, Partial<NodeReport>]>([
    ['on the timeline that the fork left, where it may hold what the primary does not', { timeline: 1 }],
    ['before it has noted the branch', { lineage: [first] }],
    ['on a branch of the same timeline number', { lineage: [first, { ...branch, switchLsn: '0/2FFFF00' }] }],
    ['while it only replays', { streaming: false }],
    ['at an earlier epoch', { persistedEpoch: 1 }],
    ['as a primary', { role: 'primary' }],
  ])('not %s', (_, change) => {
    expect(peerAtEpoch(report(change), record, 2)).toBe('no');
  });

  it('not without its word', () => {
    expect(peerAtEpoch(null, record, 2)).toBe('unknown');
  });
});
