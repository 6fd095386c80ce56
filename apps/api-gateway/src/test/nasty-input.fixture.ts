import fc from 'fast-check';

/** What has broken servers before: in names, values, paths, queries and headers. */
const nastyStrings = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202edlrow',
  'İstanbul',
  '👩‍👩‍👧‍👦'.repeat(20),
  'e\u0301'.repeat(200),
  '../../../etc/passwd',
  '..%2f..%2fsecrets%2fapi-token',
  '%00',
  '%zz',
  "'; DROP TABLE events; --",
  "' OR '1'='1",
  '"; SELECT pg_sleep(10); --',
  '$(reboot)',
  '`id`',
  '{{7*7}}',
  '*',
  '>',
  'cmd.*',
  '\r\nset-cookie: a=b',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'NaN',
  '1e309',
  '-0',
  '9'.repeat(400),
  'a'.repeat(5_000),
  'demo',
  'pg-aaaaaaaa',
  'pg-aaaaaaaa-n1',
  'tok-zzzzzzzz',
  'op-none',
];

export const nastyText = fc.oneof(fc.constantFrom(...nastyStrings), fc.string({ unit: 'binary', maxLength: 300 }));

/** Any JSON, the nasty kinds first: wrong types, numbers at their edges, depth. */
export const nastyValue = fc.oneof(
  nastyText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2 ** 53, Number.MAX_VALUE, [], {}, [[]], deep(200)),
  fc.jsonValue({ stringUnit: 'binary' }),
);

function deep(levels: number): unknown {
  return Array.from({ length: levels }).reduce((inner: unknown) => ({ tags: inner }), 'bottom');
}

/** Objects with the fields of a request, each well or badly filled or missing, and with fields that nobody knows. */
export function nastyBody(fields: readonly string[]): fc.Arbitrary<string> {
  const known = Object.fromEntries(fields.map((field) => [field, fc.oneof(nastyValue, good(field))]));
  const record = fc.record(known, { requiredKeys: [] });
  const foreign = fc.dictionary(nastyText, nastyValue, { maxKeys: 2 });
  // One field alone, so that nothing else is what refuses it.
  const single = fc.oneof(...fields.map((field) => fc.record({ [field]: fc.oneof(nastyValue, good(field)) })));
  return fc.oneof(
    { arbitrary: single.map((body) => JSON.stringify(body)), weight: 4 },
    record.map((body) => JSON.stringify(body)),
    fc.tuple(record, foreign).map(([body, more]) => JSON.stringify({ ...more, ...body })),
    nastyValue.map((value) => JSON.stringify(value) ?? ''),
    nastyText,
    fc.constant(`{"name":"${'x'.repeat(70_000)}"}`),
    fc.constant('{"__proto__":{"role":"admin"},"constructor":1}'),
  );
}

/** So that what is wrong stands beside what is right, and not everything fails at the first field. */
function good(field: string): fc.Arbitrary<unknown> {
  const samples: Readonly<Record<string, readonly unknown[]>> = {
    name: ['orders', 'demo'],
    edition: ['ha', 'basic'],
    zones: ['multi-zone'],
    account: ['app'],
    database: ['shop'],
    password: ['a-password-that-is-long'],
    tags: [{}, { team: 'a' }, { team: '\u0000' }, { team: '\ud800' }, { team: '💥' }],
    deletionProtection: [true],
    target: ['pg-aaaaaaaa-n2'],
    action: ['kill-host', 'kill-postmaster'],
    hostId: ['host-a1'],
    instance: ['demo'],
    role: ['viewer'],
    expiresInDays: [1],
    graceSeconds: [0],
  };
  return fc.constantFrom(...(samples[field] ?? ['x']));
}

/** What may stand in a header at all; Node refuses to send the rest. */
export const nastyHeader = nastyText.map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 2_000));

/** A path segment as a client might write it: encoded, half encoded, or not at all. */
export const nastySegment = fc.oneof(
  nastyText.map((text) => encodeURIComponent(text.toWellFormed())),
  nastyText.map((text) => text.replace(/[^\x21-\x7e]|[?#]/g, '%41')),
);
