import type { EventView } from '@tandem/contracts';
import { eventLine } from './event-line';

const event = (type: string, data: Record<string, unknown>): EventView => ({
  position: 1,
  id: 'id',
  at: '2026-01-01T00:00:00.000Z',
  type,
  schemaVersion: 1,
  stream: 'topology:pg-aaaaaaaa',
  version: 1,
  data,
  meta: {},
});

describe('eventLine', () => {
  it('begins with the position, by which a history is asked for', () => {
    expect(eventLine(event('InstanceCreated', {}))).toMatch(/^ {5}1 {2}2026-01-01T00:00:00.000Z {2}InstanceCreated$/);
  });

  it('quotes the row that decided a version of the record', () => {
    const record = {
      instanceId: 'pg-aaaaaaaa',
      epoch: 2,
      state: 'promoting',
      primary: 'pg-aaaaaaaa-n2',
      syncSet: [],
      decision: { row: 'promote/host-silent', because: 'the primary is silent' },
    };
    expect(eventLine(event('SecondaryPromoted', { record }))).toContain(
      'epoch 2 promoting, primary pg-aaaaaaaa-n2, syncSet empty [promote/host-silent: the primary is silent]',
    );
  });

  it('says from whom to whom a failover went and how long it took', () => {
    const data = {
      instanceId: 'pg-aaaaaaaa',
      epoch: 2,
      from: 'n1',
      to: 'n2',
      reason: 'died',
      steps: [{ sinceStartMs: 412 }],
    };
    expect(eventLine(event('FailoverCompleted', data))).toMatch(/epoch 2, n1 -> n2, died, 412 ms$/);
  });
});
