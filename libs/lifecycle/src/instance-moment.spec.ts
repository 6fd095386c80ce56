import type { InstancePlan, InstanceSpec, TopologyRecord } from '@tandem/contracts';
import { beforeAnything, evolveMoment, happenedAt, HistoryEvent, MomentSearch } from './instance-moment';

const id = 'pg-aaaaaaaa';
const minute = (n: number): string => `2026-01-01T12:${String(n).padStart(2, '0')}:00.000Z`;
const ids = { instanceId: id, operationId: 'op-1' };
const requested = { ...ids, spec: { name: 'demo' } as InstanceSpec, plan: {} as InstancePlan };
const version = (epoch: number, decidedAt: string) =>
  ({ instanceId: id, id: `v${epoch}`, epoch, state: 'open', decision: { at: decidedAt } }) as TopologyRecord;
const told = (position: number, epoch: number, loggedAt: string, decidedAt = loggedAt): HistoryEvent => ({
  position,
  stream: `topology:${id}`,
  type: 'PrimaryOpened',
  data: { revision: position * 10, record: version(epoch, decidedAt) },
  at: loggedAt,
});
const event = (position: number, type: string, data: object, at: string): HistoryEvent => {
  const stream = type.startsWith('Instance') ? `instance:${id}` : 'operation:op-2';
  return { position, stream, type, data, at };
};
const history: readonly HistoryEvent[] = [
  event(1, 'InstanceCreationRequested', requested, minute(1)),
  told(3, 1, minute(2)),
  event(4, 'InstanceCreated', ids, minute(3)),
  event(6, 'SwitchoverRequested', { operationId: 'op-2', instanceId: id }, minute(5)),
  told(7, 2, minute(6)),
  event(8, 'SwitchoverCompleted', { operationId: 'op-2', instanceId: id }, minute(7)),
  event(9, 'InstanceDeletionRequested', { ...ids, operationId: 'op-3' }, minute(9)),
  event(10, 'InstanceDeleted', { ...ids, operationId: 'op-3' }, minute(10)),
];
const momentAt = (at: string | number, events = history) => {
  const search = new MomentSearch(at);
  for (const each of events) search.take(each);
  return search.found;
};
const seen = (at: string | number) => {
  const { instance, topology, operations } = momentAt(at);
  return [instance.status, topology?.record.epoch ?? null, operations.map(({ kind }) => kind).join()];
};

describe('the state of an instance at a moment', () => {
  it.each([
    [minute(0), 'absent', null, ''],
    [minute(1), 'creating', null, 'create-instance'],
    [minute(2), 'creating', 1, 'create-instance'],
    [minute(4), 'available', 1, ''],
    [minute(5), 'available', 1, 'switchover'],
    [minute(6), 'available', 2, 'switchover'],
    [minute(8), 'available', 2, ''],
    [minute(9), 'deleting', 2, 'delete-instance'],
    [minute(59), 'deleted', 2, ''],
    [2, 'creating', null, 'create-instance'],
    [3, 'creating', 1, 'create-instance'],
    [7, 'available', 2, 'switchover'],
    [1_000, 'deleted', 2, ''],
  ])('at %s is %s, epoch %s, with %s running', (at, status, epoch, kinds) => {
    expect(seen(at)).toEqual([status, epoch, kinds]);
  });

  it('is that of the decision, when the log was away and took it later (R11)', () => {
    const late = [history[0], told(3, 1, minute(30), minute(2)), told(4, 2, minute(30), minute(20))];
    expect(momentAt(minute(10), late).topology?.record.epoch).toBe(1);
    expect(momentAt(minute(25), late).topology?.record.epoch).toBe(2);
  });

  it('does not believe a decision that claims to be younger than its own event', () => {
    expect(happenedAt(told(3, 1, minute(2), minute(50)))).toBe(minute(2));
    expect(happenedAt(told(3, 1, minute(2), ''))).toBe(minute(2));
  });

  it('never turns the order round for a clock that was behind: what comes before counts', () => {
    const skewed = [event(1, 'InstanceCreationRequested', requested, minute(10)), told(4, 2, minute(11), minute(1))];
    const { instance, topology } = momentAt(minute(2), skewed);
    expect([instance.status, topology?.record.epoch]).toEqual(['creating', 2]);
  });
});

describe('evolveMoment', () => {
  it('is total: an event that nobody knows moves the position and nothing else', () => {
    const before = evolveMoment(beforeAnything, history[0]);
    const after = evolveMoment(before, event(2, 'Unheard', {}, minute(1)));
    expect(after).toEqual({ ...before, position: 2 });
  });
});
