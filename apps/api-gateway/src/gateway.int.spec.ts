import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import {
  EventView,
  HistoryView,
  InstanceView,
  openApiDocument,
  problemRegistry,
  subjects,
  TopologyRecord,
} from '@tandem/contracts';
import { accepted, rejected } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import { EventFeed } from './read-model/event-feed';
import { Answered, GatewayUnderTest, id, n1, n2, plan, spec, token } from './test/gateway.fixture';

describe('the API gateway', () => {
  jest.setTimeout(30_000);
  const gateway = new GatewayUnderTest({ nats: 22011, database: 22012, api: 22013 });
  const basicId = 'pg-bbbbbbbb';
  const ids = { instanceId: id, operationId: 'op-create' };

  beforeAll(async () => {
    await gateway.start();
    await gateway.event(`instance:${id}`, 'InstanceCreationRequested', { ...ids, spec: spec('demo'), plan: plan(id) });
    await gateway.event(`instance:${id}`, 'InstanceCreated', ids);
    const basic = { instanceId: basicId, operationId: 'op-basic' };
    await gateway.event(`instance:${basicId}`, 'InstanceCreationRequested', {
      ...basic,
      spec: spec('single', 'basic'),
      plan: plan(basicId, 'basic'),
    });
    await gateway.event(`instance:${basicId}`, 'InstanceCreated', basic);
    await gateway.record(id, {});
    await eventually('demo is available', async () => (await show()).status === 'available');
    await eventually('hosts are known', async () => (await hosts()).length === 3);
  });
  afterAll(() => gateway.stop());

  const show = async (name = 'demo') =>
    (await gateway.call('GET', `/v1/instances/${name}`)).body as unknown as InstanceView;
  const hosts = async () => (await gateway.call('GET', '/v1/hosts')).body.hosts as { id: string; nodes: unknown[] }[];
  const becomes = (status: string) => eventually(`demo is ${status}`, async () => (await show()).status === status);

  function expectProblem(answer: Answered, code: keyof typeof problemRegistry): void {
    expect(answer.body).toMatchObject({
      code,
      status: problemRegistry[code].status,
      type: `urn:tandem:problem:${code}`,
      title: problemRegistry[code].title,
      next: problemRegistry[code].next,
      detail: expect.any(String),
      instance: expect.any(String),
      traceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect([answer.status, answer.type]).toEqual([problemRegistry[code].status, 'application/problem+json']);
  }

  describe('bad input', () => {
    const manager = 'instance-manager';
    const valid = { name: 'other' };
    const fields = (answer: Answered) => (answer.body.errors ?? []).map(({ field }) => field);

    it.each([
      ['no token', undefined],
      ['another scheme', `Basic ${token}`],
      ['a wrong token', 'Bearer wrong'],
      ['a prefix of the token', `Bearer ${token.slice(0, -1)}`],
    ])('is refused with %s, on paths without a handler too', async (_, authorization) => {
      for (const path of ['/v1/instances', '/nothing']) {
        const answer = await gateway.call('GET', path, undefined, { authorization: authorization ?? '' });
        expectProblem(answer, 'unauthenticated');
      }
    });

    it.each([
      ['GET', '/'],
      ['GET', '/v1/nothing'],
      ['PUT', '/v1/instances'],
      ['GET', `/v1/instances/demo/${'x'.repeat(200)}`],
    ])('%s %s is not found', async (method, path) => {
      expectProblem(await gateway.call(method, path), 'not-found');
    });

    it.each([
      ['text that is no JSON', '{"name":', {}],
      ['a list', '[]', {}],
      ['null', 'null', {}],
      ['nothing', '', {}],
      ['another content type', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['plain text', 'x', { 'content-type': 'text/plain' }],
    ])('a body that is %s is malformed', async (_, body, headers) => {
      expectProblem(
        await gateway.call('POST', '/v1/instances', body, headers as Record<string, string>),
        'malformed-body',
      );
    });

    it('a path that cannot be decoded, and bytes that are no HTTP, get a problem document too', async () => {
      expectProblem(await gateway.call('GET', '/v1/instances/%zz'), 'malformed-body');
      const text = await raw(gateway.ports.api, 'NONSENSE\r\n\r\n');
      expect(text).toMatch(/^HTTP\/1.1 400 /);
      expect(JSON.parse(text.split('\r\n\r\n')[1])).toMatchObject({ code: 'malformed-body' });
    });

    it('a body above 64 KiB is too large', async () => {
      const answer = await gateway.call('POST', '/v1/instances', { name: 'x'.repeat(70_000) });
      expectProblem(answer, 'body-too-large');
    });

    it.each([
      ['name', {}],
      ['name', { name: 'Upper' }],
      ['name', { name: 7 }],
      ['name', { name: 'x'.repeat(41) }],
      ['edition', { ...valid, edition: 'gold' }],
      ['zones', { ...valid, zones: 3 }],
      ['account', { ...valid, account: 'postgres' }],
      ['account', { ...valid, account: 'tandem_agent' }],
      ['account', { ...valid, account: 'x"; DROP' }],
      ['database', { ...valid, database: 'template1' }],
      ['database', { ...valid, database: 'pgbouncer' }],
      ['password', { ...valid, password: 'short' }],
      ['password', { ...valid, password: 'pässword-with-umlauts' }],
      ['colour', { ...valid, colour: 'red' }],
      ['__proto__', '{"name":"other","__proto__":{"edition":"basic"}}'],
    ])('names the field %s that is not valid: %j', async (field, body) => {
      const answer = await gateway.call('POST', '/v1/instances', body);
      expectProblem(answer, 'invalid-request');
      expect(fields(answer)).toEqual([field]);
    });

    it('names every field at once', async () => {
      const answer = await gateway.call('POST', '/v1/instances', { name: 'X', edition: 'gold', a: 1, b: 2 });
      expect(fields(answer).sort()).toEqual(['a', 'b', 'edition', 'name']);
    });

    it('has answers of their own for a region and for a zone that does not exist', async () => {
      expectProblem(await gateway.call('POST', '/v1/instances', { ...valid, region: 'eu' }), 'region-unsupported');
      expectProblem(await gateway.call('POST', '/v1/instances', { ...valid, zones: 'zone-q' }), 'zone-unknown');
    });

    it.each([
      ['GET', '/v1/instances/nobody'],
      ['DELETE', '/v1/instances/nobody'],
      ['POST', '/v1/instances/nobody/switchover'],
      ['GET', '/v1/events?instance=nobody'],
    ])('%s %s: the instance is unknown', async (method, path) => {
      expectProblem(await gateway.call(method, path), 'instance-unknown');
    });

    it('an operation that nobody began is not found', async () => {
      expectProblem(await gateway.call('GET', '/v1/operations/op-none'), 'not-found');
    });

    it.each(['after=-1', 'after=x', 'limit=0', 'limit=1001', 'last=5&after=5', 'colour=red', 'after=1&after=2'])(
      'GET /v1/events?%s is not valid',
      async (query) => {
        expectProblem(await gateway.call('GET', `/v1/events?${query}`), 'invalid-request');
      },
    );

    it.each([
      ['type', 'type=Nonsense'],
      ['type', 'type=InstanceCreated,'],
      ['stream', 'stream=x%27%20OR%201=1'],
      ['since', 'since=yesterday'],
      ['until', 'until=2026-02-31T00:00:00Z'],
    ])('names the field %s of events?%s, in pages and in the stream', async (field, query) => {
      for (const path of ['/v1/events', '/v1/events/stream']) {
        const answer = await gateway.call('GET', `${path}?${query}`);
        expectProblem(answer, 'invalid-request');
        expect([...new Set(fields(answer).map((name) => name.split('.')[0]))]).toEqual([field]);
      }
    });

    it.each(['at=yesterday', 'at=-1', 'at=2026-13-01T00:00:00Z', 'at=1&at=2', 'when=1'])(
      'GET /v1/instances/demo/history?%s is not valid',
      async (query) => {
        expectProblem(await gateway.call('GET', `/v1/instances/demo/history?${query}`), 'invalid-request');
      },
    );

    it('a switchover asks the impossible of Basic, of a foreign target and in a bad body', async () => {
      const switchover = (name: string, body: object) => gateway.call('POST', `/v1/instances/${name}/switchover`, body);
      expectProblem(await switchover('single', {}), 'wrong-edition');
      expectProblem(await switchover('demo', { target: 'pg-zzzzzzzz-n1' }), 'switchover-target');
      expectProblem(await switchover('demo', { target: 'x' }), 'invalid-request');
      expectProblem(await switchover('demo', { force: true }), 'invalid-request');
    });

    it.each(['name-taken', 'too-few-hosts', 'ports-exhausted'] as const)(
      'passes on the refusal %s of the instance manager',
      async (code) => {
        const served = await gateway.answer(subjects.service(manager, 'create-instance'), async () =>
          rejected(code, 'so'),
        );
        const answer = await gateway.call('POST', '/v1/instances', valid);
        await served.stop();
        expectProblem(answer, code);
        expect(answer.body.detail).toBe('so');
      },
    );

    it.each(['switchover-degraded', 'switchover-not-open', 'operation-in-progress'] as const)(
      'passes on the refusal %s of the orchestrator',
      async (code) => {
        const subject = subjects.service('failover-orchestrator', 'switchover');
        const served = await gateway.answer(subject, async () => rejected(code, 'so', { operationId: 'op-other' }));
        const answer = await gateway.call('POST', '/v1/instances/demo/switchover', {});
        await served.stop();
        expectProblem(answer, code);
        expect(answer.body.operationId).toBe('op-other');
      },
    );

    it('says that a service is away, and asks to try again', async () => {
      const answer = await gateway.call('POST', '/v1/instances', valid);
      expectProblem(answer, 'unavailable');
      expect(answer.headers.get('retry-after')).toBe('1');
    });

    it('blames itself, with a trace id, when a service refuses in words that it does not know', async () => {
      const served = await gateway.answer(subjects.service(manager, 'delete-instance'), async () =>
        rejected('odd', 'x'),
      );
      const answer = await gateway.call('DELETE', '/v1/instances/demo');
      await served.stop();
      expectProblem(answer, 'internal');
      expect(gateway.logged.join('')).toContain(answer.body.traceId);
    });

    it('drills: unknown hosts, missing fields, refusals, and no simulated hosts at all', async () => {
      const drill = (body: object) => gateway.call('POST', '/v1/drills', body);
      expectProblem(await drill({ action: 'kill-host', hostId: 'host-z9' }), 'host-unknown');
      expectProblem(await drill({ action: 'kill-host' }), 'invalid-request');
      expectProblem(await drill({ action: 'explode', hostId: 'host-a1' }), 'invalid-request');
      expectProblem(await drill({ action: 'kill-postmaster', instance: 'nobody' }), 'instance-unknown');
      expectProblem(await drill({ action: 'kill-host', hostId: 'host-a1' }), 'drill-unavailable');
      const served = await gateway.answer(subjects.drill('thaw-host'), async () =>
        rejected('drill-failed', 'not frozen'),
      );
      const refused = await drill({ action: 'thaw-host', hostId: 'host-a1' });
      await served.stop();
      expectProblem(refused, 'drill-refused');
      expect(refused.body.detail).toBe('not frozen');
    });
  });

  it('tells everybody its API as the OpenAPI document of the contracts', async () => {
    const answer = await gateway.call('GET', '/v1/openapi.json', undefined, { authorization: '' });
    expect([answer.status, answer.body]).toEqual([200, JSON.parse(JSON.stringify(openApiDocument()))]);
  });

  describe('an instance', () => {
    it('is shown with its hidden secondary, its hosts and strings without a password', async () => {
      expect(await show()).toMatchObject({
        id,
        name: 'demo',
        status: 'available',
        primary: { nodeId: n1, hostId: 'host-a1', zone: 'zone-a' },
        secondary: { nodeId: n2, hostId: 'host-b1', zone: 'zone-b', hidden: true },
        epoch: 1,
        syncSet: [n2],
        topology: 'live',
        endpoints: { session: { oneName: 'postgresql://app:PASSWORD@127.0.0.1:7500/shop' } },
      });
      expect((await hosts()).map(({ id: hostId, nodes }) => [hostId, nodes.length])).toEqual([
        ['host-a1', 2],
        ['host-b1', 1],
        ['host-e1', 0],
      ]);
    });

    it('follows its topology record', async () => {
      await gateway.record(id, { syncSet: [] });
      await becomes('degraded');
      await gateway.record(id, { state: 'handed-over' });
      await becomes('unavailable');
      await gateway.record(id, { state: 'promoting', epoch: 2, primary: n2 });
      await becomes('failing-over');
      await gateway.record(id, { state: 'open', syncSet: [n1] });
      await becomes('available');
      expect(await show()).toMatchObject({
        primary: { hostId: 'host-b1' },
        secondary: { hostId: 'host-a1' },
        epoch: 2,
      });
    });

    it('is created with a password that nobody behind the gateway sees, and found at once by its name', async () => {
      const newId = 'pg-cccccccc';
      const heard: Record<string, unknown>[] = [];
      const served = await gateway.answer(subjects.service('instance-manager', 'create-instance'), async (body) => {
        heard.push(body);
        const operationId = body.operationId as string;
        const data = { instanceId: newId, operationId, spec: spec('fresh'), plan: plan(newId) };
        await gateway.event(`instance:${newId}`, 'InstanceCreationRequested', data);
        return accepted({ instanceId: newId, operationId });
      });
      const answer = await gateway.call('POST', '/v1/instances', { name: 'fresh' });
      const found = await show('fresh');
      await served.stop();
      expect([answer.status, answer.headers.get('location'), found.status]).toEqual([
        202,
        `/v1/instances/${newId}`,
        'creating',
      ]);
      const { credentials, operation } = answer.body as unknown as {
        credentials: { password: string };
        operation: { id: string };
      };
      expect(credentials.password).toMatch(/^[\w-]{32}$/);
      expect(heard[0].verifier).toMatch(/^SCRAM-SHA-256\$4096:/);
      const seen = JSON.stringify(heard) + JSON.stringify(await gateway.log.readAll({})) + gateway.logged.join('');
      expect(seen).not.toContain(credentials.password);
      expect((await gateway.call('GET', `/v1/operations/${operation.id}`)).body).toMatchObject({ status: 'running' });
      const problem = { code: 'unavailable', detail: 'too slow' };
      await gateway.event(`instance:${newId}`, 'InstanceCreationFailed', {
        instanceId: newId,
        operationId: operation.id,
        problem,
      });
      await eventually('it has failed', async () => (await show('fresh')).status === 'failed');
      expect((await gateway.call('GET', `/v1/operations/${operation.id}`)).body).toMatchObject({
        status: 'failed',
        problem,
      });
    });

    it('is told truly while the control database is down, and as stale while NATS is away', async () => {
      await gateway.database.stop('at-once');
      await gateway.record(id, { syncSet: [] });
      await becomes('degraded');
      expect((await gateway.call('GET', '/v1/events?last=1')).status).toBe(200);
      await gateway.database.start();
      await gateway.nats.stop('at-once');
      await eventually('it is stale', async () => (await show()).topology === 'stale');
      expectProblem(await gateway.call('DELETE', '/v1/instances/demo'), 'unavailable');
      await gateway.nats.start();
      await eventually('it is live', async () => (await show()).topology === 'live');
      await eventually('the test is connected again', () => gateway.bus.connected);
      await gateway.record(id, { syncSet: [n1] });
      await becomes('available');
    });
  });

  describe('the history of an instance', () => {
    const gone = 'pg-dddddddd';
    const data = (operationId: string) => ({ instanceId: gone, operationId });
    const at = async (moment: string | number, name = gone) =>
      (await gateway.call('GET', `/v1/instances/${name}/history?at=${moment}`)).body as unknown as HistoryView;
    const marks: Record<string, number> = {};

    beforeAll(async () => {
      const stream = `instance:${gone}`;
      const request = { ...data('op-born'), spec: spec('passing'), plan: plan(gone) };
      marks.requested = await gateway.event(stream, 'InstanceCreationRequested', request);
      const version = recordOf(gone);
      marks.opened = await told(version, 5);
      marks.created = await gateway.event(stream, 'InstanceCreated', data('op-born'));
      const switchoverOf = { ...data('op-turn'), from: `${gone}-n1`, target: `${gone}-n2` };
      marks.turning = await gateway.event('operation:op-turn', 'SwitchoverRequested', switchoverOf);
      marks.turned = await told({ ...version, id: randomUUID(), epoch: 2, primary: `${gone}-n2`, syncSet: [] }, 6);
      await gateway.event('operation:op-turn', 'SwitchoverCompleted', { ...data('op-turn'), epoch: 2, durationMs: 9 });
      marks.deleting = await gateway.event(stream, 'InstanceDeletionRequested', data('op-end'));
      marks.deleted = await gateway.event(stream, 'InstanceDeleted', data('op-end'));
    });

    const told = (record: TopologyRecord, revision: number) =>
      gateway.event(`topology:${gone}`, 'PrimaryOpened', { revision, record });

    it('is replayed at any position: status, roles, epoch, syncSet and what was running', async () => {
      const seen = async (position: number) => {
        const { status, primary, secondary, epoch, syncSet, operations } = await at(position);
        return [status, primary?.hostId, secondary?.hostId, epoch, syncSet.length, operations.map(({ kind }) => kind)];
      };
      expect(await seen(marks.requested)).toEqual(['creating', 'host-a1', 'host-b1', null, 0, ['create-instance']]);
      expect(await seen(marks.created)).toEqual(['available', 'host-a1', 'host-b1', 1, 1, []]);
      expect(await seen(marks.turning)).toEqual(['available', 'host-a1', 'host-b1', 1, 1, ['switchover']]);
      expect(await seen(marks.turned)).toEqual(['degraded', 'host-b1', 'host-a1', 2, 0, ['switchover']]);
      expect(await seen(marks.deleting)).toEqual(['deleting', 'host-b1', 'host-a1', 2, 0, ['delete-instance']]);
      expect(await seen(marks.deleted)).toEqual(['deleted', undefined, undefined, 2, 0, []]);
      expect(await at(marks.turned)).toMatchObject({
        position: marks.turned,
        topology: { revision: 6 },
        name: 'passing',
      });
    });

    it('is replayed at any time, in any zone of the clock, and to the end without one', async () => {
      const { at: created } = await at(marks.created);
      const east = new Date(Date.parse(created!) + 3_600_000).toISOString().replace('Z', '%2B01:00');
      expect((await at(east)).status).toBe('available');
      expect((await gateway.call('GET', `/v1/instances/${gone}/history`)).body.status).toBe('deleted');
    });

    it('is found by the name that it had then, and not where nobody had it', async () => {
      const again = 'pg-eeeeeeee';
      const request = { instanceId: again, operationId: 'op-again', spec: spec('passing'), plan: plan(again) };
      const taken = await gateway.event(`instance:${again}`, 'InstanceCreationRequested', request);
      await eventually('the name is known', async () => (await at(taken, 'passing')).id === again);
      expect((await at(taken - 1, 'passing')).id).toBe(gone);
      for (const [name, position] of [
        ['passing', marks.requested - 1],
        ['nobody', taken],
        [gone, 1],
      ])
        // prettier-ignore
        expectProblem(await gateway.call('GET', `/v1/instances/${name}/history?at=${position}`), 'instance-unknown');
    });
  });

  describe('events', () => {
    const page = async (query: string) => (await gateway.call('GET', `/v1/events?${query}`)).body as unknown as Page;

    it('are read in pages from the beginning, each once', async () => {
      const all: number[] = [];
      for (let after = 0; ;) {
        const { events, next } = await page(`after=${after}&limit=2`);
        all.push(...events.map(({ position }) => position));
        if (events.length === 0) break;
        after = next;
      }
      expect(all).toEqual(Array.from({ length: await gateway.log.lastPosition() }, (_, index) => index + 1));
    });

    it('of one instance are found by its name and by its id, the newest on demand', async () => {
      const { events } = await page('instance=demo');
      expect(events.map(({ type }) => type)).toEqual(['InstanceCreationRequested', 'InstanceCreated']);
      expect((await page(`instance=${id}&last=1`)).events).toEqual([events[1]]);
    });

    it('are chosen by type, stream and time, alike from memory and from the log', async () => {
      const all = (await page('after=0&limit=1000')).events;
      const choices: [string, (event: EventView) => boolean][] = [
        ['type=InstanceCreated', ({ type }) => type === 'InstanceCreated'],
        [
          'type=InstanceCreated,InstanceDeleted&type=PrimaryOpened',
          ({ type }) => /^(InstanceCreated|InstanceDeleted|PrimaryOpened)$/.test(type),
        ],
        ['stream=operation:op-turn', ({ stream }) => stream === 'operation:op-turn'],
        [`since=${all[3].at}`, ({ at }) => at >= all[3].at],
        [`until=${all[3].at}`, ({ at }) => at < all[3].at],
        [
          `instance=${id}&type=InstanceCreated`,
          ({ type, data }) => type === 'InstanceCreated' && data.instanceId === id,
        ],
      ];
      for (const [query, chosen] of choices) {
        const wanted = all.filter(chosen).map(({ position }) => position);
        expect(wanted.length).toBeGreaterThan(0);
        const recent = await page(`${query}&after=0&limit=1000`);
        expect([recent.events.map(({ position }) => position), recent.next]).toEqual([wanted, all.at(-1)?.position]);
        const forget = jest.spyOn(EventFeed.prototype, 'after').mockReturnValue(null);
        const logged = await page(`${query}&after=0&limit=1000`);
        const first = await page(`${query}&after=0&limit=1`);
        forget.mockRestore();
        expect(logged).toEqual(recent);
        expect([first.events, first.next]).toEqual([logged.events.slice(0, 1), wanted[0]]);
      }
    });

    it('are the newest that fit, also where memory has forgotten them', async () => {
      const whole = jest.spyOn(EventFeed.prototype, 'whole', 'get').mockReturnValue(false);
      const recent = jest.spyOn(EventFeed.prototype, 'newest').mockReturnValue([]);
      const { events } = await page('type=InstanceCreated&last=2');
      whole.mockRestore();
      recent.mockRestore();
      expect(events).toEqual((await page('type=InstanceCreated&last=2')).events);
      expect(events).toHaveLength(2);
    });

    it('stream on from Last-Event-ID, through a restart of the gateway', async () => {
      const last = await gateway.log.lastPosition();
      const first = await gateway.event('operation:op-1', 'SwitchoverRequested', switchover);
      expect(await streamed(last, 1)).toEqual([first]);
      await gateway.stopGateway();
      const second = await gateway.event('operation:op-1', 'SwitchoverCompleted', {
        ...switchover,
        epoch: 3,
        durationMs: 80,
      });
      await gateway.startGateway();
      expect(await streamed(first, 1)).toEqual([second]);
      expect((await gateway.call('GET', '/v1/operations/op-1')).body).toMatchObject({
        kind: 'switchover',
        status: 'succeeded',
        result: { durationMs: 80 },
      });
    });

    it('reach a client that waits, as soon as they are appended', async () => {
      const waiting = streamed(await gateway.log.lastPosition(), 1);
      const position = await gateway.event('operation:op-2', 'SwitchoverRequested', {
        ...switchover,
        operationId: 'op-2',
      });
      expect(await waiting).toEqual([position]);
    });

    it('stream by the same choice as the pages', async () => {
      const { events } = await page('after=0&limit=1000&type=InstanceCreated,InstanceDeleted');
      const wanted = events.map(({ position }) => position);
      const query = '?type=InstanceCreated&type=InstanceDeleted';
      expect(await streamed(0, wanted.length, query)).toEqual(wanted);
    });
  });

  const switchover = { operationId: 'op-1', instanceId: id, from: n2, target: n1 };

  async function streamed(after: number, count: number, query = ''): Promise<number[]> {
    const end = new AbortController();
    const headers = { authorization: `Bearer ${token}`, 'last-event-id': String(after) };
    const response = await fetch(`${gateway.url}/v1/events/stream${query}`, { headers, signal: end.signal });
    let heard = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      heard += Buffer.from(chunk).toString();
      if (heard.split('\n\n').filter((block) => block.includes('data:')).length > count - 1 && heard.endsWith('\n\n'))
        break;
    }
    end.abort();
    return [...heard.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  }
});

const recordOf = (instanceId: string): TopologyRecord => ({
  schemaVersion: 1,
  id: randomUUID(),
  prevId: null,
  instanceId,
  edition: 'ha',
  mode: 'semi-sync',
  epoch: 1,
  state: 'open',
  primary: `${instanceId}-n1`,
  syncSet: [`${instanceId}-n2`],
  nodes: {},
  incarnations: {},
  branch: null,
  decision: { row: 'test/row', because: 'of the test', by: 'test', at: '', facts: {} },
});

interface Page {
  events: EventView[];
  next: number;
}

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
