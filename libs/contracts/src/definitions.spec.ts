import { z } from 'zod';
import * as contracts from './index';
import { allEvents, allMessages, allRequests, EventDefinition, httpRoutes, problemsOf } from './index';

/** What is left of a value once its schema has read it: all of it, unless a field is not defined. */
const read = (schema: z.ZodType, value: unknown): unknown => schema.parse(value);

test.each(allEvents.map((event) => [event.type, event] as const))('the example of %s is one', (_, event) => {
  expect(read(event.data, event.example)).toEqual(event.example);
});

test.each(allMessages.map((message) => [`${message.kind} ${message.name}`, message] as const))(
  'the example of the %s is one',
  (_, { data, example }) => expect(read(data, example)).toEqual(example),
);

test.each(allRequests.map((request) => [request.subject, request] as const))(
  'the example of a request on %s is one',
  (_, { request, example }) => expect(read(request, example)).toMatchObject(example as object),
);

test('the examples of bodies and replies are such', () => {
  const schemas = httpRoutes.flatMap(({ body, replies }) => [
    body,
    ...Object.values(replies).map((reply) => reply.body),
  ]);
  const examples = schemas.flatMap((schema) =>
    ((schema && (z.globalRegistry.get(schema)?.examples as unknown[])) ?? []).map((example) => ({ schema, example })),
  );
  expect(examples.length).toBeGreaterThan(2);
  expect(examples.filter(({ schema, example }) => !schema?.safeParse(example).success)).toEqual([]);
});

test('every event that is defined is listed, once', () => {
  const defined = Object.values(contracts as Record<string, unknown>).filter(
    (value): value is EventDefinition => typeof value === 'object' && value !== null && 'category' in value,
  );
  expect(new Set(allEvents)).toEqual(new Set(defined));
  expect(new Set(allEvents.map(({ type }) => type)).size).toBe(allEvents.length);
});

test('an event stands on the subject that the relay publishes it on', () => {
  const { subject } = contracts.PrimaryOpened;
  expect(subject.replace('{id}', 'pg-aaaaaaaa')).toBe(
    contracts.subjects.event('topology:pg-aaaaaaaa', 'PrimaryOpened'),
  );
});

test('a route names the problems that every route of its kind can have', () => {
  const [create, list] = httpRoutes;
  expect(problemsOf(create)).toEqual(
    expect.arrayContaining(['unauthenticated', 'body-too-large', 'name-taken', 'internal']),
  );
  expect(problemsOf(list)).not.toContain('body-too-large');
  expect(problemsOf(httpRoutes.find(({ role }) => role === 'open')!)).not.toContain('unauthenticated');
});

test('each parameter in a path is described, and no other', () => {
  const named = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  for (const { path, params } of httpRoutes)
    expect([path, Object.keys(params?.shape ?? {})]).toEqual([path, named(path)]);
});
