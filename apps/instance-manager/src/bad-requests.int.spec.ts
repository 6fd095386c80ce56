import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { allEvents, controlRequests, subjects } from '@tandem/contracts';
import { EventLog, migrate, openControlPool } from '@tandem/event-log';
import { Bus, connectBus, consume, Deadline, DEADLINE_HEADER, ensureStream, json } from '@tandem/messaging';
import { createLogger, databaseAddress } from '@tandem/platform';
import { eventually, localProvider, scratchDir, TestServer } from '@tandem/testkit';
import fc from 'fast-check';
import { headers } from 'nats';
import type { Pool } from 'pg';
import { startInstanceManager } from './instance-manager.application';

interface RawReply {
  readonly ok: boolean;
  readonly rejection?: { readonly code: string };
  readonly thrown?: string;
}

/** Far above the largest that NATS takes by default is refused by the client; this is just below. */
const LARGE_BYTES = 1_000_000;

describe('whatever comes on the subjects of the manager', () => {
  jest.setTimeout(60_000);
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let nats: TestServer;
  let database: TestServer;
  let bus: Bus;
  let pool: Pool;
  let log: EventLog;
  let manager: INestMicroservice;
  const logged: string[] = [];

  beforeAll(async () => {
    scratch = await scratchDir('manager-bad');
    [nats, database] = await Promise.all([
      localProvider.nats({ port: 22061, dir: join(scratch.path, 'nats') }),
      localProvider.postgres({ port: 22062, dir: join(scratch.path, 'pg') }),
    ]);
    await migrate(databaseAddress(database.url));
    pool = openControlPool(databaseAddress(database.url), { name: 'test' });
    log = new EventLog({ pool, registry: allEvents });
    bus = await connectBus({ url: nats.url, name: 'test' });
    const logger = createLogger({ service: 'instance-manager' }, 'info', { write: (line) => void logged.push(line) });
    const config = {
      healthPort: 22063,
      portBase: 7400,
      natsUrl: nats.url,
      natsCredentialsFile: undefined,
      controlDatabaseUrl: database.url,
      keyFile: join(scratch.path, 'key'),
      creationDeadlineMs: 120_000,
      sweepEveryMs: 1_000,
      logLevel: 'info',
    };
    manager = await startInstanceManager(config, logger);
    await bus.nc.flush();
  });
  afterAll(async () => {
    await manager?.close();
    await pool?.end();
    await bus?.close();
    await Promise.all([nats?.dispose(), database?.dispose()]);
    await scratch?.remove();
  });

  const verbs = Object.keys(
    controlRequests['instance-manager'],
  ) as (keyof (typeof controlRequests)['instance-manager'])[];
  const subject = (verb: string) => subjects.service('instance-manager', verb);
  async function raw(verb: string, data: Uint8Array, deadline?: Deadline | string): Promise<RawReply> {
    const header = headers();
    if (deadline !== undefined) header.set(DEADLINE_HEADER, String(deadline));
    return json.decode(
      (await bus.nc.request(subject(verb), data, { timeout: 3_000, headers: header })).data,
    ) as RawReply;
  }
  const ask = (verb: string, body: unknown, deadline?: Deadline) => raw(verb, json.encode(body), deadline);

  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.constantFrom(
      '',
      'pg-aaaaaaaa',
      'op-1',
      'op-a b',
      'op-*',
      '>',
      "'; DROP TABLE events; --",
      '../..',
      '\u0000',
      '\ud800',
    ),
    fc.jsonValue(),
  );
  const bodies = fc.record(
    {
      operationId: odd,
      instanceId: odd,
      name: odd,
      edition: odd,
      zones: odd,
      account: odd,
      database: odd,
      verifier: odd,
      tags: odd,
      deletionProtection: odd,
      revision: odd,
      foreign: odd,
    },
    { requiredKeys: [] },
  );

  it.each(verbs)('%s is refused as a value when it does not fit, and changes nothing', async (verb) => {
    const before = await log.lastPosition();
    await fc.assert(
      fc.asyncProperty(fc.oneof(bodies, fc.jsonValue()), async (body) => {
        const reply = await ask(verb, body);
        expect(reply).toMatchObject({ ok: false, rejection: { code: expect.any(String) } });
        expect(reply.thrown).toBeUndefined();
      }),
      { numRuns: 150 },
    );
    expect(await log.lastPosition()).toBe(before);
  });

  it.each(verbs)('%s is refused as bytes that are no JSON, as a huge one, and past its deadline', async (verb) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await raw(verb, bytes)).toMatchObject({ ok: false, rejection: { code: 'invalid-message' } });
      }),
      { numRuns: 50 },
    );
    const huge = { operationId: 'op-1', instanceId: 'pg-aaaaaaaa', name: 'x'.repeat(LARGE_BYTES) };
    expect((await ask(verb, huge)).ok).toBe(false);
    const late = { operationId: 'op-1', instanceId: 'pg-aaaaaaaa' };
    expect(await ask(verb, late, Deadline.in(-1))).toMatchObject({ rejection: { code: 'deadline-passed' } });
    expect(await raw(verb, json.encode(late), 'soon')).toMatchObject({ rejection: { code: 'invalid-message' } });
  });

  it('commands out of their order are refused, however often they come', async () => {
    const unknown = { operationId: 'op-1', instanceId: 'pg-aaaaaaaa' };
    const change = () => ask('change-instance', { ...unknown, name: 'other' });
    const remove = () => ask('delete-instance', unknown);
    for (const reply of await Promise.all([remove(), change(), remove(), change()])) {
      expect(reply).toMatchObject({ ok: false, rejection: { code: 'instance-unknown' } });
    }
  });

  it('a poison message on a stream is told by an event and in the log, and the stream goes on', async () => {
    const jetstream = bus.nc.jetstream();
    await jetstream.publish(subjects.deadLetter('TANDEM_NOTICES'), Buffer.from('by hand, without its description'));
    await ensureStream(bus, { name: 'ANY', subjects: ['any.>'] });
    await jetstream.publish('any.a', Buffer.from('{"half":'));
    const handled: unknown[] = [];
    const consumption = consume(bus, {
      stream: 'ANY',
      durable: 'any-log',
      handler: async ({ body }) => void handled.push(body),
    });
    await jetstream.publish('any.a', json.encode('after'));
    await eventually('what came after is handled', () => handled.includes('after'));
    await consumption.stop();
    const [event] = await eventually('the event', async () => {
      const events = await log.readStream('alert:ANY');
      return events.length > 0 && events;
    });
    expect(event).toMatchObject({
      type: 'MessageSetAside',
      data: { stream: 'ANY', seq: 1, subject: 'any.a', consumer: 'any-log', code: 'invalid-message' },
    });
    expect(logged.join('')).toContain('A message was set aside');
  });

  it('the manager goes on as before', async () => {
    const spec = { name: 'sound', edition: 'basic', zones: 'single-zone', account: 'app', database: 'app' };
    const body = { operationId: `op-${randomUUID()}`, ...spec, verifier: 'SCRAM-SHA-256$4096:c2FsdA==$a:b' };
    expect(await ask('create-instance', body)).toMatchObject({ ok: false, rejection: { code: 'too-few-hosts' } });
    expect(logged.filter((line) => /A request was not carried out/.test(line) && !/deadline/.test(line))).toEqual([]);
  });
});
