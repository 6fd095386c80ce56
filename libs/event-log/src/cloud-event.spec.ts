import { fromCloudEvent, toCloudEvent } from './cloud-event';
import type { StoredEvent } from './stored-event';

const event: StoredEvent = {
  position: 9_007_199_254_740_991,
  id: '5f0c6a34-7b9e-4f0e-8f0c-1b7d1f3c9a55',
  stream: 'topology:pg-aaaaaaaa',
  version: 7,
  type: 'PrimaryOpened',
  schemaVersion: 2,
  data: { revision: 12 },
  meta: { actor: 'host-a1', causationId: 'c', correlationId: 'op-1' },
  at: '2026-01-01T00:00:00.000Z',
};

describe('the wire form of an event', () => {
  const wire = toCloudEvent(event);

  it('has the attributes of CloudEvents 1.0, and ours by names and values that its rules allow', () => {
    expect(wire).toEqual({
      specversion: '1.0',
      id: event.id,
      source: 'urn:tandem:event-log',
      type: 'tandem.PrimaryOpened',
      subject: event.stream,
      time: event.at,
      datacontenttype: 'application/json',
      dataschema: 'urn:tandem:event:PrimaryOpened:v2',
      position: '9007199254740991',
      streamversion: 7,
      actor: 'host-a1',
      causationid: 'c',
      correlationid: 'op-1',
      data: { revision: 12 },
    });
    for (const name of Object.keys(wire)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  it('leaves out what an event does not have, since null is not allowed', () => {
    const bare = toCloudEvent({ ...event, meta: { actor: 'host-a1' } });
    expect(Object.keys(bare)).not.toEqual(expect.arrayContaining(['causationid']));
    expect(JSON.stringify(bare)).not.toContain('null');
  });

  it('comes back as the event that it was made of', () => {
    expect(fromCloudEvent(JSON.parse(JSON.stringify(wire)))).toEqual(event);
  });

  it.each([
    ['another source', { ...wire, source: '/elsewhere' }],
    ['another version of CloudEvents', { ...wire, specversion: '0.3' }],
    ['a type that is not that of its schema', { ...wire, type: 'tandem.PrimaryConfirmed' }],
    ['a position that is no number', { ...wire, position: 'x' }],
    ['no object at all', 'PrimaryOpened'],
  ])('is refused with %s', (_, body) => {
    expect(() => fromCloudEvent(body)).toThrow(expect.objectContaining({ code: 'event-foreign' }));
  });
});
