import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { type DatabaseAddress, databaseAddress } from '@tandem/platform';
import { eventually, scratchDir, startLocalPostgres, type TestServer } from '@tandem/testkit';
import {
  EventLog,
  migrate,
  openControlPool,
  type Projection,
  readProjection,
  rebuildProjection,
  runProjections,
  type RunningProjections,
} from '.';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let postgres: TestServer;
let address: DatabaseAddress;
let pool: Pool;
let log: EventLog;
const running: RunningProjections[] = [];

/** Counts per stream: an event that came twice, or never, shows in the sum. */
const counts = (version: number, more: Partial<Projection> = {}): Projection => ({
  name: 'counts',
  version,
  tables: 'CREATE TABLE counts (stream text PRIMARY KEY, events int NOT NULL)',
  apply: async (event, client) => {
    await client.query(
      'INSERT INTO counts VALUES ($1, 1) ON CONFLICT (stream) DO UPDATE SET events = counts.events + 1',
      [event.stream],
    );
  },
  ...more,
});

const append = (stream: string, count: number) =>
  log.append(
    `instance:${stream}`,
    'any',
    Array.from({ length: count }, (_, n) => ({
      id: randomUUID(),
      type: 'Tested',
      data: { n },
      meta: { actor: 'test' },
    })),
  );

const run = (projection: Projection): RunningProjections => {
  const started = runProjections({ database: address, projections: [projection] });
  running.push(started);
  return started;
};

/** Rows and position of the serving build, read together. */
const served = () =>
  readProjection(pool, 'counts', async (client, position) => {
    const { rows } = await client.query<{ stream: string; events: number }>('SELECT stream, events FROM counts');
    return { position, counts: Object.fromEntries(rows.map(({ stream, events }) => [stream, events])) };
  });
const total = ({ counts: by }: Awaited<ReturnType<typeof served>>) => Object.values(by).reduce((a, b) => a + b, 0);
const builds = async () => (await pool.query('SELECT * FROM projections ORDER BY build')).rows;
const forms = async () => (await builds()).map(({ build, version, serving }) => ({ build, version, serving }));
const schemas = async () =>
  (await pool.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'projection%' ORDER BY 1`)).rows.map(
    ({ nspname }: { nspname: string }) => nspname,
  );
const caughtUp = async () =>
  eventually('the projection is at the end', async () => (await served()).position === (await log.lastPosition()));

beforeAll(async () => {
  scratch = await scratchDir('projections');
  postgres = await startLocalPostgres({ port: 21342, dir: scratch.path });
  address = databaseAddress(postgres.url);
  await migrate(address);
  pool = openControlPool(address, { name: 'test' });
  log = new EventLog({ pool });
}, 60_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  for (const schema of await schemas()) await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await pool.query('TRUNCATE events, projections');
});

afterAll(async () => {
  await pool?.end();
  await postgres?.dispose();
  await scratch?.remove();
});

describe('a projection', () => {
  it('serves nothing before it has once caught up, then follows, each event once with two copies', async () => {
    await append('a', 2_500);
    await expect(served()).rejects.toMatchObject({ kind: 'transient', code: 'projection-building' });
    run(counts(1));
    run(counts(1));
    const first = await eventually('it serves', () => served().catch(() => null));
    expect(first).toEqual({ position: 2_500, counts: { 'instance:a': 2_500 } });
    for (let n = 0; n < 50; n += 1) await append('b', 1);
    await caughtUp();
    expect((await served()).counts).toEqual({ 'instance:a': 2_500, 'instance:b': 50 });
  });

  it('is rebuilt from the first event while events come and readers read: they see every moment whole', async () => {
    run(counts(1));
    await append('a', 3_000);
    await caughtUp();
    // What only a rebuild from the events can mend.
    await pool.query(`UPDATE projection_counts_1.counts SET events = 1`);
    let writing = true;
    const writer = (async () => {
      for (; writing; await delay(5)) await append('b', 3);
    })();
    const positions: number[] = [];
    const reader = (async () => {
      for (; writing; await delay(1)) positions.push((await served()).position);
    })();
    try {
      await rebuildProjection(pool, 'counts');
      await eventually('the new build serves', async () => (await builds())[0].build === 2, 20_000);
    } finally {
      writing = false;
      await Promise.all([writer, reader]);
    }
    await caughtUp();
    expect(total(await served())).toBe(await log.lastPosition());
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(await forms()).toEqual([{ build: 2, version: 1, serving: true }]);
    expect(await schemas()).toEqual(['projection_counts_2']);
  }, 30_000);

  it('goes on serving in its old form until the new one has caught up, and an old copy leaves that alone', async () => {
    const old = run(counts(1));
    await append('a', 1_500);
    await caughtUp();
    let hold = true;
    const tables = counts(1).tables;
    const slow = counts(2, {
      tables,
      apply: async (event, client) => {
        while (hold && event.position > 1_000) await delay(5);
        await counts(2).apply(event, client);
      },
    });
    run(slow);
    await eventually('the new form is on its way', async () => (await builds()).length === 2);
    await append('a', 1);
    await caughtUp();
    expect((await builds()).map(({ version, serving }) => [version, serving])).toEqual([
      [1, true],
      [2, false],
    ]);
    hold = false;
    await eventually('the new form serves', async () => (await builds())[0].version === 2);
    await append('a', 1);
    await caughtUp();
    expect(total(await served())).toBe(1_502);
    await old.stop();
    expect(await forms()).toEqual([{ build: 2, version: 2, serving: true }]);
  }, 30_000);

  it('is never behind what was read before when its new form takes over, however late that gets its turn', async () => {
    run(counts(1));
    await append('a', 100);
    await caughtUp();
    let atLast = false;
    let hold = true;
    const slowBehind = counts(2, {
      apply: async (event, client) => {
        atLast = event.position === 100;
        while (atLast && hold) await delay(5);
        if (event.position > 100) await delay(200);
        await counts(2).apply(event, client);
      },
    });
    run(slowBehind);
    await eventually('the new form is before the end', () => atLast);
    // Whoever reads holds up the exchange; the old form goes on meanwhile.
    await readProjection(pool, 'counts', async () => {
      hold = false;
      await eventually('the new form waits for its turn', async () => {
        const { rows } = await pool.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
        return rows.length === 1 && (await builds()).at(-1)?.position === '100';
      });
      await append('a', 3);
      await eventually('the old form has gone on', async () => (await builds())[0].position === '103');
    });
    await eventually('the new form serves', async () => (await builds())[0].version === 2);
    expect(await served()).toEqual({ position: 103, counts: { 'instance:a': 103 } });
  }, 30_000);

  it('shows its position and its rows of one moment, whatever is written while they are read', async () => {
    run(counts(1));
    await append('a', 10);
    await caughtUp();
    const [position, sum] = await readProjection(pool, 'counts', async (client, at) => {
      await append('a', 5);
      await eventually('it has gone on', async () => (await builds())[0].position === '15');
      const { rows } = await client.query<{ sum: string }>('SELECT sum(events) FROM counts');
      return [at, Number(rows[0]!.sum)];
    });
    expect([position, sum]).toEqual([10, 10]);
  });

  it('may be dropped by anybody at any time: it is made again, and serves once it is whole', async () => {
    run(counts(1));
    await append('a', 2_200);
    await caughtUp();
    await pool.query('DROP SCHEMA projection_counts_1 CASCADE');
    const seen = await eventually('it serves again', async () => {
      const now = await served().catch(() => null);
      return now && total(now) > 0 && now;
    });
    expect(seen.counts).toEqual({ 'instance:a': 2_200 });
  });

  it('passes over the types that it does not want, and still comes to the end', async () => {
    run(counts(1, { types: ['Other'] }));
    await append('a', 5);
    await log.append('instance:b', 0, [{ id: randomUUID(), type: 'Other', data: {}, meta: { actor: 'test' } }]);
    await append('a', 5);
    await caughtUp();
    expect(await served()).toEqual({ position: 11, counts: { 'instance:b': 1 } });
  });

  it('goes on after its database was killed', async () => {
    run(counts(1));
    await append('a', 10);
    await caughtUp();
    await postgres.stop('at-once');
    await postgres.start();
    await append('a', 10);
    await eventually('it has gone on', async () => total(await served()) === 20, 20_000);
  }, 40_000);

  it('that does not exist cannot be rebuilt', async () => {
    await expect(rebuildProjection(pool, 'nothing')).rejects.toMatchObject({ code: 'projection-unknown' });
  });
});
