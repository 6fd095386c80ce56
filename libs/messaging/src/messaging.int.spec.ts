import { setTimeout as delay } from 'node:timers/promises';
import { readFile, writeFile } from 'node:fs/promises';
import { RetentionPolicy, StorageType } from 'nats';
import { z } from 'zod';
import { accepted, Permanent, rejected, Transient, UnknownOutcome } from '@tandem/platform';
import { eventually, type LocalNats, scratchDir, startLocalNats } from '@tandem/testkit';
import { streams, subjects } from '@tandem/contracts';
import { type Bus, connectBus, consume, type DeadLetter, ensureStream, json, publishDurable, request, serve } from '.';

const port = 21301;
const stream = { name: 'TEST', subjects: ['test.>'], storage: StorageType.File, max_age: 0, allow_direct: false };
const greeting = z.object({ name: z.string() });

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let nats: LocalNats;
let bus: Bus;

beforeAll(async () => {
  scratch = await scratchDir('messaging');
  nats = await startLocalNats({
    port,
    dir: scratch.path,
    config: 'authorization { user: test, password: "pass word" }',
  });
  const credentialsFile = `${scratch.path}/credentials.json`;
  await writeFile(credentialsFile, JSON.stringify({ user: 'test', pass: 'pass word' }));
  bus = await connectBus({ url: nats.url, name: 'test', credentialsFile });
});

afterAll(async () => {
  await bus?.close();
  await nats?.dispose();
  await scratch?.remove();
});

describe('connectBus', () => {
  it('keeps trying while the server refuses its credentials, and reads them again each time', async () => {
    const credentialsFile = `${scratch.path}/late.json`;
    await writeFile(credentialsFile, JSON.stringify({ user: 'test', pass: 'wrong' }));
    let connected: Bus | undefined;
    const connecting = connectBus({ url: nats.url, name: 'late', credentialsFile }).then((late) => (connected = late));
    await eventually('the server has refused it twice', async () => {
      const log = await readFile(`${scratch.path}/nats.log`, 'utf8');
      return log.split('authentication error').length > 2;
    });
    expect(connected).toBeUndefined();
    await writeFile(credentialsFile, JSON.stringify({ user: 'test', pass: 'pass word' }));
    await connecting;
    expect(connected!.connected).toBe(true);
    await connected!.close();
  });

  it('says at once which credentials file it cannot read, without quoting it', async () => {
    const credentialsFile = `${scratch.path}/broken.json`;
    await writeFile(credentialsFile, 'hunter2');
    const failure = await connectBus({ url: nats.url, name: 'x', credentialsFile }).catch((error: Error) => error);
    expect(failure).toMatchObject({ kind: 'permanent', code: 'credentials-unreadable' });
    expect((failure as Error).message).toContain('broken.json');
    expect((failure as Error).message).not.toContain('hunter2');
  });
});

describe('request and reply', () => {
  it('gives back a result, a refusal as a value, and a failure by its kind', async () => {
    const served = serve(bus, 'cmd.greet', { queue: 'greeters' }, greeting, async ({ name }) => {
      if (name === 'stranger') return rejected('host-unknown', 'nobody knows him', { name });
      if (name === 'sleeper') throw new Transient('asleep', 'try later', { retryAfterMs: 70 });
      if (name === 'ghost') throw new UnknownOutcome('vanished', 'who knows');
      if (name === 'bug') throw new TypeError('inner detail');
      return accepted({ text: `hello ${name}` });
    });
    const ask = (name: string) => request(bus, 'cmd.greet', { name }, { timeoutMs: 1_000 });
    expect(await ask('you')).toEqual({ ok: true, result: { text: 'hello you' } });
    expect(await ask('stranger')).toMatchObject({ ok: false, rejection: { code: 'host-unknown' } });
    await expect(ask('sleeper')).rejects.toMatchObject({ kind: 'transient', code: 'asleep', retryAfterMs: 70 });
    await expect(ask('ghost')).rejects.toMatchObject({ kind: 'unknown-outcome', code: 'vanished' });
    const fault = await ask('bug').catch((error: Error) => error);
    expect(fault).toMatchObject({ kind: 'permanent', code: 'internal' });
    expect((fault as Error).message).not.toContain('inner detail');
    await served.stop();
  });

  it('refuses a malformed request and goes on serving', async () => {
    const served = serve(bus, 'cmd.strict', {}, greeting, async () => accepted('served'));
    const wrong = await request(bus, 'cmd.strict', { name: 7 }, { timeoutMs: 1_000 });
    expect(wrong).toMatchObject({
      ok: false,
      rejection: { code: 'invalid-message', params: { fields: [{ path: 'name' }] } },
    });
    const raw = await bus.nc.request('cmd.strict', Buffer.from('{not json'));
    expect(json.decode(raw.data)).toMatchObject({ ok: false, rejection: { code: 'invalid-message' } });
    expect(await request(bus, 'cmd.strict', { name: 'x' }, { timeoutMs: 1_000 })).toEqual({
      ok: true,
      result: 'served',
    });
    await served.stop();
  });

  it('tells nobody there (nothing happened) from no answer (it may have happened)', async () => {
    await expect(request(bus, 'cmd.nobody', {}, { timeoutMs: 500 })).rejects.toMatchObject({
      kind: 'transient',
      code: 'no-responder',
    });
    const served = serve(bus, 'cmd.slow', {}, z.object({}), () => delay(300).then(() => accepted(1)));
    await expect(request(bus, 'cmd.slow', {}, { timeoutMs: 50 })).rejects.toThrow(UnknownOutcome);
    await served.stop();
  });

  it('checks the reply against its schema', async () => {
    const served = serve(bus, 'cmd.odd', {}, z.object({}), async () => accepted({ text: 5 }));
    const options = { timeoutMs: 1_000, reply: z.object({ text: z.string() }) };
    await expect(request(bus, 'cmd.odd', {}, options)).rejects.toMatchObject({ code: 'invalid-reply' });
    await served.stop();
  });
});

describe('streams', () => {
  it('are made once, verified afterwards, and refused when they differ', async () => {
    await ensureStream(bus, stream);
    await ensureStream(bus, stream);
    const unfit = ensureStream(bus, { ...stream, retention: RetentionPolicy.Workqueue, max_msgs: 5 });
    await expect(unfit).rejects.toMatchObject({ code: 'stream-unfit' });
    await expect(unfit).rejects.toThrow(/retention, max_msgs/);
  });

  it('store a message id once, so that a retry after an unknown outcome is harmless', async () => {
    await ensureStream(bus, stream);
    const first = await publishDurable(bus, 'test.dedup', { n: 1 }, { msgId: 'same', timeoutMs: 1_000 });
    const again = await publishDurable(bus, 'test.dedup', { n: 1 }, { msgId: 'same', timeoutMs: 1_000 });
    expect(again).toEqual({ seq: first.seq, duplicate: true });
    const nowhere = publishDurable(bus, 'elsewhere', {}, { msgId: 'x', timeoutMs: 500 });
    await expect(nowhere).rejects.toMatchObject({ kind: 'transient' });
  });
});

describe('consume', () => {
  const send = (subject: string, n: number) =>
    publishDurable(bus, subject, { n }, { msgId: `${subject}-${n}`, timeoutMs: 1_000 });

  it('keeps the order through failures that pass, takes poison out, and goes on where it was stopped', async () => {
    await ensureStream(bus, stream);
    const seen: number[] = [];
    const dead: number[] = [];
    let stumbles = 2;
    const options = {
      stream: stream.name,
      durable: 'orderly',
      filter: 'test.order',
      handler: async ({ body }: { body: unknown }) => {
        const { n } = body as { n: number };
        if (n === 2 && stumbles-- > 0) throw new Transient('busy', 'again', { retryAfterMs: 20 });
        if (n === 3) throw new Permanent('poison', 'never');
        seen.push(n);
      },
      onDead: ({ seq }: { seq: number }) => void dead.push(seq),
    };
    let consumption = consume(bus, options);
    for (const n of [1, 2, 3, 4]) await send('test.order', n);
    await eventually('four was handled', () => seen.includes(4));
    await consumption.stop();
    await send('test.order', 5);
    consumption = consume(bus, options);
    await eventually('five was handled', () => seen.includes(5));
    await consumption.stop();
    expect(seen).toEqual([1, 2, 4, 5]);
    expect(dead).toHaveLength(1);
  });

  it('keeps poison with the dead letters, byte by byte and once, with where it came from and why', async () => {
    await ensureStream(bus, { name: 'POISON', subjects: ['poison.>'], storage: StorageType.File });
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x22]);
    await bus.nc.jetstream().publish('poison.a', bytes);
    const sound: unknown[] = [];
    const handler = async ({ body }: { body: unknown }) => void sound.push(body);
    const ends = [1, 2].map((n) => consume(bus, { stream: 'POISON', durable: `taker-${n}`, handler }));
    await bus.nc.jetstream().publish('poison.a', json.encode('sound'));
    await eventually('both go on', () => sound.length === 2);
    await Promise.all(ends.map((end) => end.stop()));
    const letters: DeadLetter[] = [];
    const reading = consume(bus, {
      stream: streams.deadLetters,
      durable: 'reader',
      handler: async ({ deadLetter }) => void letters.push(deadLetter!),
    });
    const of = () => letters.filter(({ stream: from }) => from === 'POISON');
    await eventually('two letters', () => of().length === 2);
    await reading.stop();
    expect(
      of()
        .map(({ consumer }) => consumer)
        .sort(),
    ).toEqual(['taker-1', 'taker-2']);
    expect(of()[0]).toMatchObject({ seq: 1, subject: 'poison.a', code: 'invalid-message' });
    const manager = await bus.nc.jetstreamManager();
    const kept = await manager.streams.getMessage(streams.deadLetters, { last_by_subj: subjects.deadLetter('POISON') });
    expect(Buffer.from(kept.data)).toEqual(bytes);
  });

  it('gives no message up before it is kept', async () => {
    await ensureStream(bus, { name: 'HELD', subjects: ['held.>'], storage: StorageType.File });
    const manager = await bus.nc.jetstreamManager();
    await manager.streams.delete(streams.deadLetters);
    await ensureStream(bus, { name: streams.deadLetters, subjects: ['elsewhere.>'] });
    const failures: unknown[] = [];
    const dead: unknown[] = [];
    await bus.nc.jetstream().publish('held.a', Buffer.from('{'));
    const holding = consume(bus, {
      stream: 'HELD',
      durable: 'holder',
      handler: async () => undefined,
      onError: (error) => void failures.push(error),
      onDead: (about) => void dead.push(about),
    });
    await eventually('it has been tried again', () => failures.length >= 4);
    expect(dead).toEqual([]);
    await manager.streams.delete(streams.deadLetters);
    await eventually('it is kept', () => dead.length === 1);
    await holding.stop();
  });

  it('gives up what lies with the dead letters and is none, instead of keeping it again for ever', async () => {
    const before = (await (await bus.nc.jetstreamManager()).streams.info(streams.deadLetters)).state.messages;
    await bus.nc.jetstream().publish(subjects.deadLetter('BY-HAND'), Buffer.from('x'));
    const dead: unknown[] = [];
    const reading = consume(bus, {
      stream: streams.deadLetters,
      durable: 'second-reader',
      handler: async () => undefined,
      onDead: (about) => void dead.push(about),
    });
    await eventually('it was given up', () => dead.length === 1);
    await reading.stop();
    const after = (await (await bus.nc.jetstreamManager()).streams.info(streams.deadLetters)).state.messages;
    expect(after).toBe(before + 1);
  });

  it('begins before its stream exists and outlives a killed server', async () => {
    const seen = new Set<number>();
    const consumption = consume(bus, {
      stream: 'LATER',
      durable: 'patient',
      handler: async ({ body }) => void seen.add((body as { n: number }).n),
    });
    await ensureStream(bus, { name: 'LATER', subjects: ['later.>'], storage: StorageType.File });
    await send('later.a', 1);
    await eventually('the message from before the restart', () => seen.has(1));
    await nats.stop('at-once');
    await eventually('the connection is seen as lost', () => !bus.connected);
    await expect(request(bus, 'cmd.any', {}, { timeoutMs: 500 })).rejects.toMatchObject({ code: 'bus-disconnected' });
    await nats.start();
    await eventually('the connection is back', () => bus.connected);
    await eventually('JetStream takes messages again', () => send('later.a', 2));
    await eventually('the message from after the restart', () => seen.has(2));
    await consumption.stop();
  }, 30_000);
});
