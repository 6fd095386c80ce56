import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { streams, subjects } from '@tandem/contracts';
import { type Bus, connectBus, json, publishDurable } from '@tandem/messaging';
import { type DatabaseAddress, databaseAddress } from '@tandem/platform';
import {
  eventually,
  type LocalNats,
  scratchDir,
  startLocalNats,
  startLocalPostgres,
  type TestServer,
} from '@tandem/testkit';
import { EventLog, migrate, openControlPool, type Relay, startRelay, type StoredEvent } from '.';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let postgres: TestServer;
let nats: LocalNats;
let address: DatabaseAddress;
let pool: Pool;
let log: EventLog;
let bus: Bus;
const relays: Relay[] = [];
const buses: Bus[] = [];
const relayErrors: unknown[] = [];

beforeAll(async () => {
  scratch = await scratchDir('relay');
  nats = await startLocalNats({ port: 21321, dir: `${scratch.path}/nats` });
  postgres = await startLocalPostgres({ port: 21320, dir: `${scratch.path}/pg` });
  address = databaseAddress(postgres.url);
  await migrate(address);
  pool = openControlPool(address, { name: 'test' });
  log = new EventLog({ pool });
  bus = await connectBus({ url: nats.url, name: 'test' });
}, 60_000);

afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await Promise.all(buses.splice(0).map((each) => each.close()));
});

afterAll(async () => {
  await bus?.close();
  await pool?.end();
  await nats?.dispose();
  await postgres?.dispose();
  await scratch?.remove();
});

async function relay(): Promise<Relay & { readonly bus: Bus }> {
  const own = await connectBus({ url: nats.url, name: 'relay' });
  const subject = (event: StoredEvent) => subjects.event(event.stream, event.type);
  const onError = (error: unknown) => void relayErrors.push(error);
  const started = startRelay({ database: address, bus: own, subject, onError });
  relays.push(started);
  buses.push(own);
  return Object.assign(started, { bus: own });
}

async function append(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const event = { id: randomUUID(), type: 'Tested', data: { n }, meta: { actor: 'service:test' } };
    await log.append('instance:pg-1', 'any', [event]);
  }
}

/** Everything that the stream holds, read message by message. */
async function relayed(fromSeq = 1): Promise<{ readonly subject: string; readonly event: StoredEvent }[]> {
  const manager = await bus.nc.jetstreamManager();
  const { state } = await manager.streams.info(streams.events);
  const found = [];
  for (let seq = Math.max(fromSeq, state.first_seq); seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage(streams.events, { seq });
    found.push({ subject: message.subject, event: json.decode(message.data) as StoredEvent });
  }
  return found;
}

const until = (position: number) =>
  eventually(`a relay has come to ${position}`, () => relays.some((each) => each.position >= position), 20_000);

const cutDatabaseSessions = () =>
  pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tandem-relay'`);

async function expectEachOnceInOrder(): Promise<void> {
  const positions = (await relayed()).map(({ event }) => event.position);
  const last = await log.lastPosition();
  expect(positions).toEqual(Array.from({ length: last }, (_, index) => index + 1));
}

describe('the relay', () => {
  it('publishes the envelope on the subject of its event, with the event id as message id', async () => {
    await relay();
    await append(3);
    await until(3);
    const [first] = await relayed();
    const [stored] = await log.readAll({ limit: 1 });
    expect(first).toEqual({ subject: 'events.instance.pg-1.Tested', event: stored });
    const manager = await bus.nc.jetstreamManager();
    const message = await manager.streams.getMessage(streams.events, { seq: 1 });
    expect(message.header.get('Nats-Msg-Id')).toBe(stored!.id);
    await expectEachOnceInOrder();
  });

  it('goes on through a killed NATS, a killed database session and its own death, once each and in order', async () => {
    const first = await relay();
    await eventually('the first copy is active', () => first.active);
    const standby = await relay();
    const writing = append(400);
    await until((await log.lastPosition()) + 50);
    expect([first.active, standby.active]).toEqual([true, false]);
    await nats.stop('at-once');
    await nats.start();
    await writing;
    await until(await log.lastPosition());
    await expectEachOnceInOrder();

    // Death: its connections end at once, in the middle of its work.
    const more = append(200);
    await until((await log.lastPosition()) + 20);
    const active = relays.find((each) => each.active) as Relay & { bus: Bus };
    await Promise.all([active.bus.close(), cutDatabaseSessions()]);
    void active.stop();
    const survivor = relays.find((each) => each !== active)!;
    await more;
    const last = await log.lastPosition();
    await eventually('the standby copy has taken over', () => survivor.active && survivor.position >= last, 20_000);
    await expectEachOnceInOrder();
  }, 60_000);

  it('goes on from the end of the stream, not from its checkpoint, even when message ids are forgotten', async () => {
    await relay();
    await append(5);
    await until(await log.lastPosition());
    await Promise.all(relays.splice(0).map((each) => each.stop()));
    await pool.query('DELETE FROM checkpoints');
    // After a restart the server knows the ids of the messages that it still has, so event 1 would be taken again.
    const manager = await bus.nc.jetstreamManager();
    await manager.streams.deleteMessage(streams.events, 1);
    await nats.stop();
    await eventually('the test has noticed', () => !bus.connected);
    await nats.start();
    await eventually('the test is connected again', () => bus.connected);
    await append(5);
    await relay();
    const last = await log.lastPosition();
    await until(last);
    const positions = (await relayed(2)).map(({ event }) => event.position);
    expect(positions).toEqual(Array.from({ length: last - 1 }, (_, index) => index + 2));
  }, 30_000);

  it('is refused when the stream does not end where it left it, looks, and goes on from there', async () => {
    const active = await relay();
    await append(1);
    await until(await log.lastPosition());
    const [stray] = (await relayed(2)).slice(-1);
    // What a copy that slept through its replacement would do, were it not for the expected sequence.
    await publishDurable(bus, stray!.subject, stray!.event, { msgId: randomUUID(), timeoutMs: 2_000 });
    await append(2);
    const last = await log.lastPosition();
    await until(last);
    const positions = (await relayed(2)).map(({ event }) => event.position);
    expect(positions.slice(-4)).toEqual([last - 2, last - 2, last - 1, last]);
    expect(relayErrors.at(-1)).toMatchObject({ code: 'jetstream-refused' });
    expect(active.active).toBe(true);
  }, 30_000);

  it('fills a new stream from the log when the store was lost', async () => {
    const manager = await bus.nc.jetstreamManager();
    await manager.streams.delete(streams.events);
    await relay();
    await until(await log.lastPosition());
    await expectEachOnceInOrder();
  });
});
