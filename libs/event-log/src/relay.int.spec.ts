import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DeliverPolicy } from 'nats';
import type { Pool } from 'pg';
import { z } from 'zod';
import { type CloudEvent, defineEvent, type EventDefinition, streams } from '@tandem/contracts';
import { type Bus, connectBus, json, publishDurable } from '@tandem/messaging';
import { type DatabaseAddress, databaseAddress } from '@tandem/platform';
import {
  eventually,
  hasEnded,
  type LocalNats,
  scratchDir,
  startLocalNats,
  startLocalPostgres,
  startSource,
  type TestServer,
} from '@tandem/testkit';
import { EventLog, fromCloudEvent, migrate, openControlPool, type Relay, startRelay, type StoredEvent } from '.';
import { toCloudEvent } from './cloud-event';

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

async function relay(registry?: readonly EventDefinition[]): Promise<Relay & { readonly bus: Bus }> {
  const own = await connectBus({ url: nats.url, name: 'relay' });
  const onError = (error: unknown) => void relayErrors.push(error);
  const started = startRelay({ database: address, bus: own, ...(registry ? { registry } : {}), onError });
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

/** In batches, as fast as the log takes them. */
async function appendMany(count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const events = Array.from({ length: Math.min(500, count - done) }, (_, n) => ({
      id: randomUUID(),
      type: 'Tested',
      data: { n },
      meta: { actor: 'service:test' },
    }));
    await log.append('instance:pg-1', 'any', events);
  }
}

/** Everything that the stream holds from a sequence on. */
async function relayed(fromSeq = 1): Promise<{ readonly subject: string; readonly event: StoredEvent }[]> {
  const manager = await bus.nc.jetstreamManager();
  const { state } = await manager.streams.info(streams.events);
  const found: { subject: string; event: StoredEvent }[] = [];
  if (state.messages === 0 || fromSeq > state.last_seq) return found;
  const opt_start_seq = Math.max(fromSeq, state.first_seq);
  const consumer = await bus.nc.jetstream().consumers.get(streams.events, {
    opt_start_seq,
    deliver_policy: DeliverPolicy.StartSequence,
  });
  for await (const message of await consumer.consume({ max_messages: 1_000 })) {
    found.push({ subject: message.subject, event: fromCloudEvent(json.decode(message.data)) });
    if (message.seq === state.last_seq) break;
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
  it('publishes a CloudEvent on the subject of its event, with the event id as message id', async () => {
    await relay();
    await append(3);
    await until(3);
    const [first] = await relayed();
    const [stored] = await log.readAll({ limit: 1 });
    expect(first).toEqual({ subject: 'events.instance.pg-1.Tested', event: stored });
    const manager = await bus.nc.jetstreamManager();
    const message = await manager.streams.getMessage(streams.events, { seq: 1 });
    expect(message.header.get('Nats-Msg-Id')).toBe(stored!.id);
    expect(message.header.get('content-type')).toBe('application/cloudevents+json');
    expect(json.decode(message.data) as CloudEvent).toEqual(toCloudEvent(stored!));
    await expectEachOnceInOrder();
  });

  it('sends old events in the words of their newest version', async () => {
    const Counted = defineEvent({
      type: 'Counted',
      schemaVersion: 2,
      category: 'instance',
      summary: 'A test.',
      data: z.object({ n: z.number() }),
      upcasts: [({ count }) => ({ n: count })],
    });
    await relay([Counted]);
    const old = { id: randomUUID(), type: 'Counted', schemaVersion: 1, data: { count: 7 }, meta: { actor: 'test' } };
    await log.append('instance:pg-1', 'any', [old]);
    await until(await log.lastPosition());
    const [last] = (await relayed()).slice(-1);
    expect(last!.event).toMatchObject({ schemaVersion: 2, data: { n: 7 } });
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
    await publishDurable(bus, stray!.subject, toCloudEvent(stray!.event), { msgId: randomUUID(), timeoutMs: 2_000 });
    await append(2);
    const last = await log.lastPosition();
    await until(last);
    const positions = (await relayed(2)).map(({ event }) => event.position);
    expect(positions.slice(-4)).toEqual([last - 2, last - 2, last - 1, last]);
    expect(relayErrors.at(-1)).toMatchObject({ code: 'jetstream-refused' });
    expect(active.active).toBe(true);
  }, 30_000);

  it('takes the stream up behind what is no event of ours', async () => {
    const [end] = (await relayed()).slice(-1);
    await publishDurable(bus, 'events.instance.pg-1.Forged', { a: 1 }, { msgId: randomUUID(), timeoutMs: 2_000 });
    await pool.query('DELETE FROM checkpoints');
    const appended = append(2);
    await relay();
    await appended;
    await until(await log.lastPosition());
    const manager = await bus.nc.jetstreamManager();
    const { state } = await manager.streams.info(streams.events);
    const last = await manager.streams.getMessage(streams.events, { seq: state.last_seq });
    expect(fromCloudEvent(json.decode(last.data)).position).toBe(end!.event.position + 2);
    await manager.streams.delete(streams.events);
  });

  it('fills a new stream from the log when the store was lost', async () => {
    const manager = await bus.nc.jetstreamManager();
    await manager.streams.delete(streams.events).catch(() => undefined);
    await relay();
    await until(await log.lastPosition());
    await expectEachOnceInOrder();
  });

  it('outlives a NATS that is away for as long as 20,000 events take, and loses its memory of ids meanwhile', async () => {
    const active = await relay();
    await until(await log.lastPosition());
    await nats.stop('at-once');
    await eventually('the relay has noticed', () => !active.bus.connected);
    await appendMany(20_000);
    const last = await log.lastPosition();
    expect(active.position).toBeLessThan(last);
    await nats.start();
    await eventually('everything is on the stream', () => active.position === last, 60_000);
    await expectEachOnceInOrder();
  }, 120_000);

  it('dies at any point of its work and goes on, once each and in order', async () => {
    const deaths = [
      ['sent', 1],
      ['sent', 150],
      ['acknowledged', 1],
      // The last of a page, before its checkpoint.
      ['acknowledged', 200],
      ['acknowledged', 201],
      ...Array.from({ length: 8 }, (_, n) => ['any-moment', 40 + 25 * n] as const),
    ] as const;
    for (const [at, after] of deaths) {
      await appendMany(300);
      const mortal = startSource({
        entry: join(__dirname, 'test', 'mortal-relay.ts'),
        args: [nats.url, postgres.url, at, String(after)],
        logFile: `${scratch.path}/mortal.log`,
      });
      await hasEnded(mortal);
    }
    await relay();
    await until(await log.lastPosition());
    await expectEachOnceInOrder();
  }, 120_000);
});
