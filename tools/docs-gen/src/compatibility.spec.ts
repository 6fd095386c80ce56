import { breaksBetween } from './compatibility';
import { Fields, Snapshot, takeSnapshot } from './snapshot';

const one = (fields: Fields, part = 'data', schemaVersion = 1): Snapshot => ({
  message: { schemaVersion, parts: { [part]: fields } },
});
const found = (before: Fields, after: Fields, part = 'data') =>
  breaksBetween(one(before, part), one(after, part)).map(({ field, what }) => [field, what]);

describe('what anybody may do', () => {
  it.each<[string, Fields, Fields]>([
    ['nothing', { a: 'string' }, { a: 'string' }],
    ['a new optional field', { a: 'string' }, { a: 'string', b: 'optional string' }],
    ['a new word', { a: '"x" | "y"' }, { a: '"x" | "y" | "z"' }],
    ['a word for what could be none', { a: '"x" | null' }, { a: '"x" | "y" | null' }],
    ['an optional object with fields that it must have', {}, { a: 'optional object', 'a.b': 'string' }],
    ['an optional list', {}, { a: 'optional array', 'a[]': 'object', 'a[].b': 'string' }],
  ])('%s breaks nobody', (_, before, after) => expect(found(before, after)).toEqual([]));

  it('a new message breaks nobody', () => expect(breaksBetween({}, one({ a: 'string' }))).toEqual([]));
});

describe('what breaks others', () => {
  it.each<[string, Fields, Fields, unknown[]]>([
    ['a removed field', { a: 'string', b: 'string' }, { a: 'string' }, ['data: b', 'removed']],
    ['a removed optional field', { a: 'optional string' }, {}, ['data: a', 'removed']],
    ['a retyped field', { a: 'string' }, { a: 'integer' }, ['data: a', 'retyped']],
    ['a field that may be null now', { a: 'string' }, { a: 'string | null' }, ['data: a', 'retyped']],
    ['a text that is a word now', { a: 'string' }, { a: '"x"' }, ['data: a', 'retyped']],
    ['a number that may be a word now', { a: 'integer' }, { a: 'integer | "auto"' }, ['data: a', 'retyped']],
    ['a word that is no more', { a: '"x" | "y"' }, { a: '"x"' }, ['data: a', 'retyped']],
    ['a new required field', {}, { a: 'string' }, ['data: a', 'newly required']],
    ['one inside what was there', { a: 'object' }, { a: 'object', 'a.b': 'string' }, ['data: a.b', 'newly required']],
    [
      'one inside the entries of a map',
      { a: 'map', 'a.*': 'object' },
      { a: 'map', 'a.*': 'object', 'a.*.b': 'string' },
      ['data: a.*.b', 'newly required'],
    ],
    [
      'one inside the entries of a list',
      { a: 'array', 'a[]': 'object' },
      { a: 'array', 'a[]': 'object', 'a[].b': 'string' },
      ['data: a[].b', 'newly required'],
    ],
    [
      'an optional field that is required now',
      { a: 'optional string' },
      { a: 'string' },
      ['data: a', 'newly required'],
    ],
    [
      'a required field that may be missing',
      { a: 'string' },
      { a: 'optional string' },
      ['data: a', 'no longer required'],
    ],
  ])('%s', (_, before, after, broken) => expect(found(before, after)).toEqual([broken]));

  it('a removed message', () => {
    expect(breaksBetween(one({ a: 'string' }), {})).toEqual([{ message: 'message', what: 'removed' }]);
  });

  it('another subject', () => {
    const at = (subject: string): Snapshot => ({ message: { schemaVersion: 1, subject, parts: {} } });
    expect(breaksBetween(at('a.b'), at('a.c'))).toEqual([{ message: 'message', field: 'subject', what: 'moved' }]);
  });

  it('a removed part of a message', () => {
    const before = { message: { schemaVersion: 1, parts: { body: { a: 'string' }, 'reply 200': {} } } };
    expect(breaksBetween(before, one({ a: 'string' }, 'body'))).toMatchObject([
      { field: 'reply 200', what: 'removed' },
    ]);
  });
});

describe('who relies on it', () => {
  it('a request may demand less, an answer to a user may tell more', () => {
    for (const part of ['body', 'query', 'request'])
      expect(found({ a: 'string' }, { a: 'optional string' }, part)).toEqual([]);
    expect(found({}, { a: 'string' }, 'reply 200')).toEqual([]);
    expect(found({ a: 'optional string' }, { a: 'string' }, 'reply 200')).toEqual([]);
  });

  it('a request may not demand more, an answer to a user may not tell less', () => {
    expect(found({}, { a: 'string' }, 'body')).toEqual([['body: a', 'newly required']]);
    expect(found({ a: 'string' }, { a: 'optional string' }, 'reply 200')).toEqual([
      ['reply 200: a', 'no longer required'],
    ]);
    expect(found({ a: 'string' }, {}, 'reply 200')).toEqual([['reply 200: a', 'removed']]);
  });

  it('services may be one version apart: between them an answer may do neither', () => {
    expect(found({}, { a: 'string' }, 'answer')).toEqual([['answer: a', 'newly required']]);
    expect(found({ a: 'string' }, { a: 'optional string' }, 'answer')).toEqual([['answer: a', 'no longer required']]);
  });
});

describe('a version', () => {
  it('that is higher excuses everything, one that is lower nothing', () => {
    expect(breaksBetween(one({ a: 'string' }), one({ b: 'integer' }, 'data', 2))).toEqual([]);
    expect(breaksBetween(one({ a: 'string' }, 'data', 2), one({ a: 'string' }))).toMatchObject([
      { what: 'of a lower version' },
    ]);
  });
});

test('every field of every message that there is would be missed, and none may change its type', () => {
  let fields = 0;
  for (const [message, shape] of Object.entries(takeSnapshot()))
    for (const [part, parts] of Object.entries(shape.parts))
      for (const field of Object.keys(parts)) {
        const changed = (to: Fields): Snapshot => ({ [message]: { ...shape, parts: { ...shape.parts, [part]: to } } });
        const { [field]: was, ...without } = parts;
        expect(breaksBetween({ [message]: shape }, changed(without))).toHaveLength(1);
        expect(breaksBetween({ [message]: shape }, changed({ ...parts, [field]: `${was} | nonsense` }))).toHaveLength(
          1,
        );
        fields++;
      }
  expect(fields).toBeGreaterThan(500);
});
