import 'reflect-metadata';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { accepted, rejected, Transient, UnknownOutcome } from '@tandem/platform';
import { eventually, type LocalNats, scratchDir, startLocalNats } from '@tandem/testkit';
import { headers } from 'nats';
import { z } from 'zod';
import { type Bus, BusTransport, connectBus, Deadline, DEADLINE_HEADER, json, PassOnFilter, request } from '.';
import type { RequestContext } from './serve';

const heard: { readonly name: string; readonly subject: string }[] = [];

@Controller()
class Greeter {
  @MessagePattern('greet')
  async greet(@Payload() { name }: { name: string }, @Ctx() { subject }: RequestContext) {
    heard.push({ name, subject });
    if (name === 'stranger') return rejected('host-unknown', 'nobody knows him');
    if (name === 'sleeper') throw new Transient('asleep', 'try later', { retryAfterMs: 70 });
    if (name === 'ghost') throw new UnknownOutcome('vanished', 'who knows');
    return accepted(`hello ${name}`);
  }
}
@Module({ controllers: [Greeter] })
class Greeters {}
@Module({})
class Mutes {}

const requests = { greet: { request: z.object({ name: z.string() }) } };

describe('handlers of Nest on the bus', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let nats: LocalNats;
  let bus: Bus;
  const copies: INestMicroservice[] = [];

  beforeAll(async () => {
    scratch = await scratchDir('bus-transport');
    nats = await startLocalNats({ port: 21341, dir: scratch.path });
    bus = await connectBus({ url: nats.url, name: 'test' });
    copies.push(await start(Greeters), await start(Greeters));
    await bus.nc.flush();
  });
  beforeEach(() => heard.splice(0));
  afterAll(async () => {
    await Promise.all(copies.map((copy) => copy.close()));
    await bus?.close();
    await nats?.dispose();
    await scratch?.remove();
  });

  async function start(module: Type): Promise<INestMicroservice> {
    const strategy = new BusTransport({ bus, service: 'greeters', requests, onError: () => undefined });
    const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
    app.useGlobalFilters(new PassOnFilter());
    await app.listen();
    return app;
  }

  const ask = (name: string) => request(bus, 'cmd.greeters.greet', { name }, { timeoutMs: 1_000 });

  async function askBy(deadline: Deadline | string): Promise<unknown> {
    const header = headers();
    header.set(DEADLINE_HEADER, String(deadline));
    const options = { timeout: 1_000, headers: header };
    return json.decode((await bus.nc.request('cmd.greeters.greet', json.encode({ name: 'late' }), options)).data);
  }

  it('tell a result, a refusal, and a failure by its kind', async () => {
    expect(await ask('you')).toEqual({ ok: true, result: 'hello you' });
    expect(await ask('stranger')).toMatchObject({ ok: false, rejection: { code: 'host-unknown' } });
    await expect(ask('sleeper')).rejects.toMatchObject({ kind: 'transient', code: 'asleep', retryAfterMs: 70 });
    await expect(ask('ghost')).rejects.toMatchObject({ kind: 'unknown-outcome', code: 'vanished' });
  });

  it('share the requests: each is carried out by one of the copies', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, index) => ask(`n${index}`)));
    expect(heard.map(({ name }) => name).sort()).toEqual(Array.from({ length: 40 }, (_, index) => `n${index}`).sort());
  });

  it('never hear of what does not fit the contract', async () => {
    const wrong = await request(bus, 'cmd.greeters.greet', { name: 7 }, { timeoutMs: 1_000 });
    expect(wrong).toMatchObject({ ok: false, rejection: { code: 'invalid-message' } });
    expect(heard).toEqual([]);
  });

  it('are not called for a command past its deadline, which nobody waits for any more', async () => {
    expect(await askBy(Deadline.in(0))).toMatchObject({ ok: false, rejection: { code: 'deadline-passed' } });
    expect(await askBy('soon')).toMatchObject({ ok: false, rejection: { code: 'invalid-message' } });
    expect(heard).toEqual([]);
    expect(await askBy(Deadline.in(1_000))).toMatchObject({ ok: true });
  });

  it('are not called for what lay in a frozen server until its requester had given up', async () => {
    nats.signal('SIGSTOP');
    const asked = request(bus, 'cmd.greeters.greet', { name: 'delayed' }, { timeoutMs: 200 });
    await expect(asked).rejects.toBeInstanceOf(UnknownOutcome);
    nats.signal('SIGCONT');
    expect(await eventually('the server runs again', () => ask('awake'))).toMatchObject({ ok: true });
    expect(heard.map(({ name }) => name)).toEqual(['awake']);
  });

  it('do not start when one of them is missing, or has no request in the contracts', async () => {
    await expect(start(Mutes)).rejects.toMatchObject({ code: 'handlers-unfit' });
  });
});
