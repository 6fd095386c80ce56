import {
  allEvents,
  allMessages,
  allRequests,
  eventMessage,
  eventMessageExample,
  JsonSchema,
  JsonSchemas,
  PlacedRequest,
} from '@tandem/contracts';
import type { z } from 'zod';

type Parts = Record<string, object>;

/** What Tandem says on one subject. */
interface Said {
  readonly key: string;
  readonly name: string;
  readonly subject: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly schema: z.ZodType;
  readonly example: unknown;
}

const parameters = {
  id: { description: 'The id of the stream: of an instance, of an operation, or `instances` for allocations.' },
  instanceId: { description: 'The id of an instance.' },
  hostId: { description: 'The id of a host.' },
};

/** Everything on NATS as AsyncAPI 3.0, as seen from Tandem: it sends events and messages, and receives requests. */
export function asyncApiDocument(): object {
  const schemas = new JsonSchemas('draft-07');
  const document = { channels: {} as Parts, operations: {} as Parts, messages: {} as Parts };
  for (const said of [...events(), ...messages()]) addSaid(document, said, schemas);
  for (const request of allRequests) addRequest(document, request, schemas);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tandem',
      version: '1',
      description:
        'Events are facts and never refused; commands may be refused; observations expire. Subscribers from outside may read `events.>` only.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: document.channels,
    operations: document.operations,
    components: { schemas: schemas.components, messages: document.messages, parameters },
  };
}

const events = (): Said[] =>
  allEvents.map((event) => ({
    key: event.type,
    name: event.type,
    subject: event.subject,
    summary: event.summary,
    tags: ['event', event.category],
    schema: eventMessage(event),
    example: eventMessageExample(event),
  }));

/** A notice has the name of the event that it becomes. */
const messages = (): Said[] =>
  allMessages.map(({ kind, name, subject, summary, data, example }) => ({
    key: kind === 'notice' ? `${name}Notice` : name,
    name,
    subject,
    summary,
    tags: [kind],
    schema: data,
    example,
  }));

function addSaid(document: Record<'channels' | 'operations' | 'messages', Parts>, said: Said, schemas: JsonSchemas) {
  const { key, name, subject, summary, tags, example } = said;
  document.messages[key] = {
    name,
    summary,
    tags: tags.map((tag) => ({ name: tag })),
    payload: schemas.of(said.schema),
    examples: [{ payload: example }],
  };
  document.channels[key] = channel(subject, [key]);
  document.operations[`send${key}`] = { action: 'send', summary, ...on(key, [key]) };
}

function addRequest(
  document: Record<'channels' | 'operations' | 'messages', Parts>,
  { service, verb, subject, kind, summary, request, reply, refusals, example }: PlacedRequest,
  schemas: JsonSchemas,
): void {
  const key = `${service}.${verb}`;
  document.messages[key] = { name: key, summary, payload: schemas.of(request), examples: [{ payload: example }] };
  document.messages[`${key}.reply`] = { name: `${key}.reply`, payload: replyOf(schemas.of(reply), refusals) };
  document.channels[key] = channel(subject, [key]);
  document.channels[`${key}.reply`] = { address: null, messages: refs([`${key}.reply`]) };
  document.operations[key] = {
    action: 'receive',
    summary,
    tags: [{ name: kind }],
    ...on(key, [key]),
    reply: { address: { location: '$message.header#/reply' }, ...on(`${key}.reply`, [`${key}.reply`]) },
  };
}

/** As libs/messaging sends it: a result, or a refusal with a code that the requester branches on. */
function replyOf(result: JsonSchema, refusals: readonly string[]): JsonSchema {
  const code = { type: 'string', description: `Among others: ${['invalid-message', ...refusals].join(', ')}.` };
  const rejection = {
    type: 'object',
    properties: { code, detail: { type: 'string' }, params: { type: 'object' } },
    required: ['code', 'detail'],
  };
  const either = (ok: boolean, name: string, schema: object): object => ({
    type: 'object',
    properties: { ok: { const: ok }, [name]: schema },
    required: ['ok', name],
  });
  return { oneOf: [either(true, 'result', result), either(false, 'rejection', rejection)] } as JsonSchema;
}

function channel(subject: string, names: readonly string[]): object {
  const named = [...subject.matchAll(/\{(\w+)\}/g)].map(([, name]) => [
    name,
    { $ref: `#/components/parameters/${name}` },
  ]);
  return {
    address: subject,
    messages: refs(names),
    ...(named.length > 0 ? { parameters: Object.fromEntries(named) } : {}),
  };
}

const pointer = (name: string): string => name.replace(/~/g, '~0').replace(/\//g, '~1');
const refs = (names: readonly string[]): object =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${pointer(name)}` }]));
const on = (channelName: string, names: readonly string[]): object => ({
  channel: { $ref: `#/channels/${pointer(channelName)}` },
  messages: names.map((name) => ({ $ref: `#/channels/${pointer(channelName)}/messages/${pointer(name)}` })),
});
