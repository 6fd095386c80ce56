import {
  allEvents,
  allMessages,
  allRequests,
  eventView,
  httpRoutes,
  JsonSchemas,
  RouteDefinition,
} from '@tandem/contracts';
import type { z } from 'zod';
import { fieldsOf } from './fields';

/** Path -> type, `optional ` before it where the field may be missing. */
export type Fields = Readonly<Record<string, string>>;

export interface MessageShape {
  readonly schemaVersion: number;
  /** Where it is found on NATS. */
  readonly subject?: string;
  /** `data`; `request` and `answer`; `body`, `query`, `reply 202` ...: each with its fields. */
  readonly parts: Readonly<Record<string, Fields>>;
}

/** What others rely on, of everything that the contracts define: name -> shape. */
export type Snapshot = Readonly<Record<string, MessageShape>>;

export function takeSnapshot(): Snapshot {
  return Object.fromEntries([
    ['event', shape({ schemaVersion: 1 }, { data: eventView })],
    ...allEvents.map((event) => [`event ${event.type}`, shape(event, { data: event.data })]),
    ...allRequests.map((request) => [
      `request ${request.service}/${request.verb}`,
      shape(request, { request: request.request, answer: request.reply }),
    ]),
    ...allMessages.map((message) => [`${message.kind} ${message.name}`, shape(message, { data: message.data })]),
    ...httpRoutes.map((route) => [`route ${route.method} ${route.path}`, routeShape(route)]),
  ]);
}

/** A route has no version of its own: another one is another path. */
function routeShape({ params, query, headers, body, replies }: RouteDefinition): MessageShape {
  const parts = {
    params,
    query,
    headers,
    body,
    ...Object.fromEntries(Object.entries(replies).map(([status, reply]) => [`reply ${status}`, reply.body])),
  };
  return shape({ schemaVersion: 1 }, parts);
}

function shape(
  { schemaVersion, subject }: Pick<MessageShape, 'schemaVersion' | 'subject'>,
  parts: Record<string, z.ZodType | undefined>,
): MessageShape {
  const given = Object.entries(parts).filter((part): part is [string, z.ZodType] => part[1] !== undefined);
  return {
    schemaVersion,
    ...(subject ? { subject } : {}),
    parts: Object.fromEntries(given.map(([name, schema]) => [name, fields(schema)])),
  };
}

function fields(schema: z.ZodType): Fields {
  const schemas = new JsonSchemas('draft-2020-12');
  const whole = schemas.of(schema);
  return Object.fromEntries(
    fieldsOf(whole, schemas.components).map(({ path, type, required }) => [
      path,
      `${required ? '' : 'optional '}${type}`,
    ]),
  );
}
