import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { defineEvent } from '@tandem/contracts';
import { type DatabaseAddress, databaseAddress, Secret, SecretsBox } from '@tandem/platform';
import { eventually, scratchDir, startLocalPostgres, type TestServer } from '@tandem/testkit';
import {
  claimMessage,
  EventLog,
  inTransaction,
  migrate,
  type NewEvent,
  openControlPool,
  SecretStore,
  type StoredEvent,
} from '.';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let postgres: TestServer;
let address: DatabaseAddress;
let pool: Pool;
let log: EventLog;

const event = (data: unknown = {}, id = randomUUID()): NewEvent => ({
  id,
  type: 'Tested',
  data,
  meta: { actor: 'service:test' },
});

beforeAll(async () => {
  scratch = await scratchDir('eventlog');
  postgres = await startLocalPostgres({ port: 21310, dir: scratch.path });
  address = databaseAddress(postgres.url);
  await Promise.all([migrate(address), migrate(address), migrate(address)]);
  pool = openControlPool(address, { name: 'test', max: 10 });
  log = new EventLog({ pool });
}, 60_000);

beforeEach(() => pool.query('TRUNCATE events, checkpoints, inbox, secrets'));

afterAll(async () => {
  await pool?.end();
  await postgres?.dispose();
  await scratch?.remove();
});

describe('append', () => {
  it('numbers a stream and the whole log without gaps, and refuses a decision on an old version', async () => {
    expect(await log.append('instance:a', 0, [event(), event()])).toMatchObject({
      ok: true,
      positions: [1, 2],
      version: 2,
    });
    expect(await log.append('instance:b', 'any', [event()])).toMatchObject({ ok: true, positions: [3], version: 1 });
    expect(await log.append('instance:a', 1, [event()])).toMatchObject({
      ok: false,
      rejection: { code: 'version-conflict', params: { version: 2 } },
    });
    expect(await log.append('instance:a', 2, [event()])).toMatchObject({ ok: true, positions: [4], version: 3 });
    expect(await log.lastPosition()).toBe(4);
    expect((await log.readStream('instance:a', { fromVersion: 2 })).map((stored) => stored.version)).toEqual([2, 3]);
    expect((await log.readAll({ from: 1, streams: ['instance:a'] })).map((stored) => stored.position)).toEqual([2, 4]);
  });

  it('answers a repeated id as success with the position it has, whatever version is expected by now (R11)', async () => {
    const once = event({ n: 1 });
    const first = await log.append('topology:x', 0, [once]);
    await log.append('topology:x', 'any', [event({ n: 2 })]);
    expect(await log.append('topology:x', 0, [once])).toEqual({ ...first, version: 2, duplicate: true });
    expect(await log.lastPosition()).toBe(2);
    await expect(log.append('topology:y', 'any', [once])).rejects.toMatchObject({ code: 'database-duplicate' });
  });

  it('lets one of eight racing deciders win', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => log.append('instance:r', 0, [event()])));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  });

  it('shows readers no position before all below it, with eight writers, slow commits and aborted ones', async () => {
    const perWriter = 15;
    const seen: number[] = [];
    let writing = true;
    const reader = (async () => {
      for (let last = -1; writing || last < seen.length;) {
        last = seen.length;
        for (const stored of await log.readAll({ from: seen.at(-1) ?? 0 })) seen.push(stored.position);
      }
    })();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < perWriter; n += 1) {
        await inTransaction(pool, 'slow', async (client) => {
          await log.appendWithin(client, `instance:w${writer}`, 'any', [event({ n })]);
          await client.query('SELECT pg_sleep($1)', [((writer * 7 + n * 3) % 10) / 1_000]);
          if (n % 5 === 4) throw new Error('given up');
        }).catch(() => undefined);
        await log.append(`instance:w${writer}`, 'any', [event({ n })]);
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    writing = false;
    await reader;
    const committed = 8 * perWriter * 2 - 8 * (perWriter / 5);
    expect(seen).toEqual(Array.from({ length: committed }, (_, index) => index + 1));
  }, 30_000);

  it('checks events against the registry and stores what it defines', async () => {
    const Tested = defineEvent({
      type: 'Tested',
      schemaVersion: 3,
      category: 'instance',
      summary: 'A test.',
      data: z.object({ n: z.number() }),
      example: { n: 1 },
      upcasts: [(data) => ({ n: data.count }), (data) => ({ n: Number(data.n) })],
    });
    const strict = new EventLog({ pool, registry: [Tested] });
    await strict.append('instance:a', 0, [event({ n: 1 })]);
    expect(await strict.readAll()).toMatchObject([
      { schemaVersion: 3, data: { n: 1 }, meta: { actor: 'service:test' } },
    ]);
    await expect(strict.append('instance:a', 1, [event({ n: 'x' })])).rejects.toMatchObject({ code: 'event-invalid' });
    await expect(strict.append('host:a', 0, [event({ n: 1 })])).rejects.toThrow(/instance:<id>/);
    const other = { ...event(), type: 'Unheard' };
    await expect(strict.append('instance:a', 1, [other])).rejects.toMatchObject({ code: 'event-unknown' });
    expect(await strict.lastPosition()).toBe(1);
  });
});

describe('reading', () => {
  const at = (id: string, more: object = {}) => event({ instanceId: id, ...more });
  const positions = async (options: Parameters<EventLog['readAll']>[0]) =>
    (await log.readAll(options)).map(({ position }) => position);

  it('finds events by stream, type, instance, time and position, in their order', async () => {
    await log.append('instance:pg-a', 0, [at('pg-a'), at('pg-a')]);
    await log.append('operation:op-1', 0, [{ ...at('pg-a'), type: 'Other' }]);
    await log.append('topology:pg-b', 0, [event({ record: { instanceId: 'pg-b' } })]);
    const [, second, , fourth] = await log.readAll();
    expect(await positions({ streams: ['instance:pg-a', 'topology:pg-b'] })).toEqual([1, 2, 4]);
    expect(await positions({ types: ['Other'] })).toEqual([3]);
    expect(await positions({ instanceId: 'pg-a' })).toEqual([1, 2, 3]);
    expect(await positions({ instanceId: 'pg-b' })).toEqual([4]);
    expect(await positions({ instanceId: 'pg-a', types: ['Tested'], from: 1 })).toEqual([2]);
    expect(await positions({ from: 1, to: 3 })).toEqual([2, 3]);
    expect(await positions({ from: 1, limit: 2 })).toEqual([2, 3]);
    expect(await positions({ instanceId: 'pg-a', limit: 2, newest: true })).toEqual([2, 3]);
    // Times are cut to milliseconds on their way, so the ends are moved by one.
    const earlier = new Date(Date.parse(second!.at) - 1).toISOString();
    const later = new Date(Date.parse(fourth!.at) + 1).toISOString();
    expect(await positions({ since: earlier, until: later })).toEqual(expect.arrayContaining([2, 3, 4]));
    expect(await positions({ since: later })).toEqual([]);
    expect(await positions({ until: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  it('tells old events in the words of their newest version, wherever they are read', async () => {
    const old = { ...event({ count: 7 }), schemaVersion: 1 };
    await log.append('instance:a', 0, [old]);
    const Tested = defineEvent({
      type: 'Tested',
      schemaVersion: 2,
      category: 'instance',
      summary: 'A test.',
      data: z.object({ n: z.number() }),
      upcasts: [({ count, ...rest }) => ({ ...rest, n: count })],
    });
    const today = new EventLog({ pool, registry: [Tested] });
    const seen: StoredEvent[] = [];
    const following = today.subscribe({ from: 0, handler: (stored) => void seen.push(stored) });
    await following.caughtUp;
    await following.stop();
    const told = [...(await today.readAll()), ...(await today.readStream('instance:a')), ...seen];
    expect(told.map(({ schemaVersion, data }) => [schemaVersion, data])).toEqual([1, 2, 3].map(() => [2, { n: 7 }]));
    // What is stored is not touched.
    expect(await log.readAll()).toMatchObject([{ schemaVersion: 1, data: { count: 7 } }]);
  });
});

describe('subscribe', () => {
  it('catches up, goes on live, and outlives a database that is killed and restarted', async () => {
    for (let n = 1; n <= 3; n += 1) await log.append('instance:s', 'any', [event({ n })]);
    const seen: StoredEvent[] = [];
    const errors: unknown[] = [];
    const subscription = log.subscribe({
      from: 1,
      handler: (stored) => void seen.push(stored),
      onError: (error) => void errors.push(error),
    });
    await subscription.caughtUp;
    expect(seen.map((stored) => stored.position)).toEqual([2, 3]);
    await log.append('instance:s', 'any', [event({ n: 4 })]);
    await eventually('four arrives live', () => seen.length === 3, 2_000);
    await postgres.stop('at-once');
    await eventually('the loss is reported', () => errors.length > 0);
    await expect(log.append('instance:s', 'any', [event()])).rejects.toMatchObject({ kind: 'transient' });
    await postgres.start();
    await log.append('instance:s', 'any', [event({ n: 5 })]);
    await eventually('five arrives after the restart', () => seen.length === 4);
    await subscription.stop();
    expect(seen.map((stored) => stored.position)).toEqual([2, 3, 4, 5]);
  }, 40_000);

  it('tries the same event again when the handler fails, and skips none', async () => {
    const seen: number[] = [];
    let failures = 2;
    await log.append('instance:s', 0, [event(), event(), event()]);
    const subscription = log.subscribe({
      from: 0,
      handler: ({ position }) => {
        if (position === 2 && failures-- > 0) throw new Error('not now');
        seen.push(position);
      },
    });
    await subscription.caughtUp;
    await subscription.stop();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('has one effect per event in the transaction of the checkpoint, with two copies whose sessions get killed', async () => {
    const total = 60;
    await pool.query('CREATE TABLE effects (position bigint)');
    const copies = [1, 2].map(() =>
      log.subscribe({
        name: 'effect-copy',
        checkpoint: 'effects',
        handler: async ({ position }, client) => {
          await client.query('INSERT INTO effects VALUES ($1)', [position]);
        },
      }),
    );
    const kill = () =>
      pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'effect-copy'`);
    for (let n = 0; n < total; n += 1) {
      await log.append('instance:e', 'any', [event({ n })]);
      if (n % 20 === 10) await kill();
    }
    await eventually('all effects are there', async () => {
      const { rows } = await pool.query<{ last: string }>('SELECT max(position) AS last FROM effects');
      return Number(rows[0]!.last) === total;
    });
    await Promise.all(copies.map((copy) => copy.stop()));
    const { rows } = await pool.query<{ position: string }>('SELECT position FROM effects');
    expect(rows.map((row) => Number(row.position))).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  }, 30_000);
});

describe('the control database', () => {
  it('claims a message once, and not at all when the effect was rolled back', async () => {
    const claim = (fail: boolean) =>
      inTransaction(pool, 'claim', async (client) => {
        const first = await claimMessage(client, 'consumer', 'm1');
        if (fail) throw new Error('effect failed');
        return first;
      });
    await expect(claim(true)).rejects.toThrow();
    expect([await claim(false), await claim(false)]).toEqual([true, false]);
  });

  it('keeps secrets encrypted', async () => {
    const store = new SecretStore(pool, await SecretsBox.open(`${scratch.path}/key`));
    await store.put('account:1', new Secret('SCRAM-known'));
    expect((await store.get('account:1')).reveal()).toBe('SCRAM-known');
    const { rows } = await pool.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM secrets');
    expect(rows[0]!.ciphertext.toString('latin1')).not.toContain('SCRAM');
    await store.remove('account:1');
    await expect(store.get('account:1')).rejects.toMatchObject({ code: 'secret-missing' });
  });
});
