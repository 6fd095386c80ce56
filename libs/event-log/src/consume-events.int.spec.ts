import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { streams, subjects } from '@tandem/contracts';
import { type Bus, connectBus, publishDurable } from '@tandem/messaging';
import { databaseAddress } from '@tandem/platform';
import {
  eventually,
  type LocalNats,
  type OwnedProcess,
  scratchDir,
  startLocalNats,
  startLocalPostgres,
  startSource,
  type TestServer,
} from '@tandem/testkit';
import { consumeEvents, EventLog, inTransaction, migrate, openControlPool, startRelay, type StoredEvent } from '.';

const TOTAL = 10_000;
const KILL_EVERY = 400;

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let postgres: TestServer;
let nats: LocalNats;
let pool: Pool;
let log: EventLog;
let bus: Bus;
let relay: ReturnType<typeof startRelay>;

beforeAll(async () => {
  scratch = await scratchDir('consumer');
  nats = await startLocalNats({ port: 21341, dir: `${scratch.path}/nats` });
  postgres = await startLocalPostgres({ port: 21340, dir: `${scratch.path}/pg` });
  const address = databaseAddress(postgres.url);
  await migrate(address);
  pool = openControlPool(address, { name: 'test' });
  log = new EventLog({ pool });
  bus = await connectBus({ url: nats.url, name: 'test' });
  relay = startRelay({ database: address, bus });
}, 60_000);

afterAll(async () => {
  await relay?.stop();
  await bus?.close();
  await pool?.end();
  await nats?.dispose();
  await postgres?.dispose();
  await scratch?.remove();
});

const append = (count: number) =>
  log.append(
    'instance:pg-1',
    'any',
    Array.from({ length: count }, (_, n) => ({
      id: randomUUID(),
      type: 'Tested',
      data: { n },
      meta: { actor: 'test' },
    })),
  );

describe('a consumer of events', () => {
  it('has one effect for each of 10,000 events, killed again and again between the effect and its acknowledgement', async () => {
    await pool.query('CREATE TABLE effects (position bigint NOT NULL)');
    for (let n = 0; n < TOTAL; n += 500) await append(500);
    await eventually('everything is on the stream', () => relay.position === TOTAL, 60_000);
    const start = (): OwnedProcess =>
      startSource({
        entry: join(__dirname, 'test', 'counting-consumer.ts'),
        args: [nats.url, postgres.url, String(KILL_EVERY)],
        logFile: `${scratch.path}/consumer.log`,
      });
    const done = async (): Promise<boolean> => {
      const manager = await bus.nc.jetstreamManager();
      const info = await manager.consumers.info(streams.events, 'counting').catch(() => null);
      return info?.ack_floor.stream_seq === TOTAL;
    };
    let consumer = start();
    let kills = 0;
    await eventually(
      'the last event is acknowledged',
      async () => {
        if (!consumer.running) {
          kills += 1;
          consumer = start();
        }
        return done();
      },
      150_000,
    );
    await consumer.end('SIGKILL');
    const { rows } = await pool.query<{ position: string }>('SELECT position FROM effects ORDER BY 1');
    expect(rows.map((row) => Number(row.position))).toEqual(Array.from({ length: TOTAL }, (_, n) => n + 1));
    expect(kills).toBeGreaterThanOrEqual(20);
  }, 240_000);

  it('takes out what is no event of ours, says so, and goes on', async () => {
    const seen: StoredEvent[] = [];
    const dead: number[] = [];
    const from = await log.lastPosition();
    await publishDurable(
      bus,
      subjects.event('instance:pg-1', 'Forged'),
      { a: 1 },
      { msgId: 'forged', timeoutMs: 2_000 },
    );
    const consumption = consumeEvents({
      bus,
      pool,
      consumer: 'careful',
      maxAckPending: 500,
      handler: async (event) => void (event.position > from && seen.push(event)),
      onDead: ({ seq }) => void dead.push(seq),
    });
    const end = (await bus.nc.jetstreamManager()).streams.info(streams.events);
    await eventually('the forged one was taken out', () => dead.length === 1, 60_000);
    await consumption.stop();
    expect([dead, seen]).toEqual([[(await end).state.last_seq], []]);
  }, 90_000);

  it('forgets claims that no stream can deliver any more, and no others', async () => {
    const claims = () => pool.query<{ message_id: string }>(`SELECT message_id FROM inbox WHERE consumer = 'old'`);
    await pool.query(
      `INSERT INTO inbox VALUES ('old', 'gone', now() - interval '15 days'), ('old', 'kept', now() - interval '8 days')`,
    );
    const consumption = consumeEvents({ bus, pool, consumer: 'sweeper', handler: async () => undefined });
    await eventually('it has swept', async () => (await claims()).rows.length === 1);
    await consumption.stop();
    expect((await claims()).rows).toEqual([{ message_id: 'kept' }]);
    await inTransaction(pool, 'clean', (client) => client.query(`DELETE FROM inbox WHERE consumer = 'old'`));
  });
});
