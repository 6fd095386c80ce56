import {
  type CloudEvent,
  cloudEvent,
  cloudEventType,
  dataSchema,
  eventSource,
  parseDataSchema,
} from '@tandem/contracts';
import { Permanent } from '@tandem/platform';
import type { StoredEvent } from './stored-event';

/** The event as it goes over the wire. */
export function toCloudEvent(event: StoredEvent): CloudEvent {
  const { actor, causationId, correlationId } = event.meta;
  return {
    specversion: '1.0',
    id: event.id,
    source: eventSource,
    type: cloudEventType(event.type),
    subject: event.stream,
    time: event.at,
    datacontenttype: 'application/json',
    dataschema: dataSchema(event.type, event.schemaVersion),
    data: event.data as Record<string, unknown>,
    position: String(event.position),
    streamversion: event.version,
    actor,
    ...(causationId === undefined ? {} : { causationid: causationId }),
    ...(correlationId === undefined ? {} : { correlationid: correlationId }),
  };
}

/** The event that came over the wire. Throws Permanent `event-foreign` for anything else: no retry makes it one. */
export function fromCloudEvent(body: unknown): StoredEvent {
  const parsed = cloudEvent.safeParse(body);
  if (!parsed.success) throw new Permanent('event-foreign', 'not an event of ours', { cause: parsed.error });
  const { actor, causationid, correlationid, ...event } = parsed.data;
  const named = parseDataSchema(event.dataschema);
  if (!named || cloudEventType(named.type) !== event.type) {
    throw new Permanent('event-foreign', `${event.type} does not belong to the schema ${event.dataschema}`);
  }
  return {
    position: Number(event.position),
    id: event.id,
    stream: event.subject,
    version: event.streamversion,
    ...named,
    data: event.data,
    meta: {
      actor,
      ...(causationid === undefined ? {} : { causationId: causationid }),
      ...(correlationid === undefined ? {} : { correlationId: correlationid }),
    },
    at: event.time,
  };
}
