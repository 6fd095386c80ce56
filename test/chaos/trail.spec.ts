import { EventView, TopologyRecord } from '@tandem/contracts';
import { assertCalls, assertTrail } from './trail';

const version = (id: string, prevId: string, more: object = {}): TopologyRecord =>
  ({
    id,
    prevId,
    epoch: 1,
    state: 'open',
    primary: 'pg-a',
    syncSet: ['pg-b'],
    incarnations: {},
    decision: { row: 'settle/unanswered' },
    ...more,
  }) as unknown as TopologyRecord;

const event = (position: number, record: TopologyRecord): EventView =>
  ({ position, id: record.id, type: 'PrimaryConfirmed', data: { record } }) as unknown as EventView;

const [before, one, two] = [version('v0', ''), version('v1', 'v0'), version('v2', 'v1')];

describe('the trail of a record in the log', () => {
  it('holds for every version once and in order, up to the newest', () => {
    expect(() => assertTrail([event(1, one), event(2, two)], before, two)).not.toThrow();
    expect(() => assertTrail([], before, before)).not.toThrow();
  });

  it('misses a version in the middle and at the end', () => {
    expect(() => assertTrail([event(1, two)], before, two)).toThrow('log-equals-record: R12');
    expect(() => assertTrail([event(1, one)], before, two)).toThrow('log-equals-record: the log ends at v1');
  });

  it('notices an event that is told twice, and one out of order', () => {
    expect(() => assertTrail([event(1, one), event(2, one)], before, one)).toThrow('event-told-once');
    expect(() => assertTrail([event(2, one), event(1, two)], before, two)).toThrow('events-in-order');
  });

  it('notices an epoch that goes back, and a second primary of one epoch', () => {
    const back = version('v1', 'v0', { epoch: 0 });
    const other = version('v1', 'v0', { primary: 'pg-b', syncSet: ['pg-a'] });
    expect(() => assertTrail([event(1, back)], before, back)).toThrow('epochs go up by one');
    expect(() => assertTrail([event(1, other)], before, other)).toThrow('another primary needs another epoch');
  });

  it('notices a call that nobody of the attack made, and a failover that is summed up twice', () => {
    const told = (type: string, data = {}) => ({ position: 1, type, at: '', data }) as unknown as EventView;
    expect(() => assertCalls([told('SwitchoverRequested')], 1)).not.toThrow();
    expect(() => assertCalls([told('SwitchoverRequested')], 0)).toThrow('no-call-of-an-operator');
    const sums = [told('FailoverCompleted', { epoch: 2 }), told('FailoverCompleted', { epoch: 2 })];
    expect(() => assertCalls(sums, 0)).toThrow('failover-told-once');
  });
});
