import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { FakeApi, problem, tandem } from './test/fake-api.fixture';

const instance = {
  id: 'pg-aaaaaaaa',
  name: 'demo',
  edition: 'ha',
  zones: 'multi-zone',
  status: 'available',
  mode: 'semi-sync',
  primary: { nodeId: 'pg-aaaaaaaa-n1', hostId: 'host-a1', zone: 'zone-a' },
  secondary: { nodeId: 'pg-aaaaaaaa-n2', hostId: 'host-b1', zone: 'zone-b', hidden: true },
  epoch: 1,
  syncSet: ['pg-aaaaaaaa-n2'],
  topology: 'live',
  tags: { team: 'a', owner: 'me' },
  deletionProtection: false,
  endpoints: {
    session: { port: 7500, oneName: 'postgresql://app:PASSWORD@127.0.0.1:7500/app', multiHost: 'm1', jdbc: 'j1' },
    pooled: { port: 7501, oneName: 'postgresql://app:PASSWORD@127.0.0.1:7501/app', multiHost: 'm2', jdbc: 'j2' },
  },
};
const credentials = { account: 'app', password: 'geheim-geheim-geheim-geh', database: 'app' };
const accepted = { operation: { id: 'op-1' }, instance: { ...instance, status: 'creating' }, credentials };
const event = (position: number) => ({
  position,
  id: `id-${position}`,
  at: '2026-01-01T00:00:00.000Z',
  type: 'InstanceCreated',
  stream: 'instance:pg-aaaaaaaa',
  data: { instanceId: 'pg-aaaaaaaa', operationId: 'op-1' },
});

describe('tandem', () => {
  const api = new FakeApi();
  beforeAll(() => api.start());
  afterAll(() => api.stop());
  beforeEach(() => api.heard.splice(0));

  it('lists instances as a table for people and as JSON for programs, and shows its token', async () => {
    api.on('GET /v1/instances', { body: { instances: [instance] } });
    const people = await tandem(api, 'instances list');
    expect(people.out).toMatch(/NAME +ID +EDITION[^\n]*\ndemo +pg-aaaaaaaa +ha +available +host-a1 +host-b1/);
    expect(api.heard[0].headers.authorization).toBe('Bearer the-token');
    const programs = await tandem(api, 'instances list --json');
    expect(JSON.parse(programs.out)).toEqual([instance]);
  });

  it('shows which host holds the hidden secondary', async () => {
    api.on('GET /v1/instances/demo', { body: instance });
    const { out } = await tandem(api, 'instances show demo');
    expect(out).toContain('pg-aaaaaaaa-n2 on host-b1 (zone-b), hidden');
  });

  it('creates, sends only what was given, and tells the password before it waits', async () => {
    api.on('POST /v1/instances', { status: 202, body: accepted });
    api.on('GET /v1/operations/op-1', { body: { status: 'running' } }, { body: { status: 'succeeded' } });
    api.on('GET /v1/instances/pg-aaaaaaaa', { body: instance });
    const { code, out } = await tandem(api, 'instances create demo --edition basic --wait');
    expect(code).toBe(0);
    expect(api.heard[0].body).toEqual({ name: 'demo', edition: 'basic' });
    expect(out.indexOf(credentials.password)).toBeLessThan(out.indexOf('available'));
    expect(out).toContain(credentials.password);
  });

  it('exits 1 with the reason when the operation it waits for fails', async () => {
    api.on('POST /v1/instances', { status: 202, body: accepted });
    api.on('GET /v1/operations/op-1', {
      body: { status: 'failed', problem: { code: 'unavailable', detail: 'Not created within 120 s.' } },
    });
    const { code, err } = await tandem(api, 'instances create demo --wait');
    expect([code, err]).toEqual([1, expect.stringContaining('Not created within 120 s.')]);
  });

  it('goes on waiting while the API restarts', async () => {
    api.on('POST /v1/instances/demo/switchover', { status: 202, body: { operation: { id: 'op-2' } } });
    api.on('GET /v1/instances/demo', { body: instance });
    const drop = (response: { destroy(): unknown }) => void response.destroy();
    const busy = { status: 503, body: problem(503, 'unavailable') };
    const done = { body: { status: 'succeeded', result: { durationMs: 312 } } };
    api.on('GET /v1/operations/op-2', drop, busy, done);
    const { code, out } = await tandem(api, 'switchover demo --target pg-aaaaaaaa-n2');
    expect(code).toBe(0);
    expect(out).toContain('312 ms');
    expect(api.heard[0].body).toEqual({ target: 'pg-aaaaaaaa-n2' });
  });

  it('exits 6 when the wait limit passes, as the operation goes on', async () => {
    api.on('DELETE /v1/instances/demo', { status: 202, body: { operation: { id: 'op-3' } } });
    api.on('GET /v1/operations/op-3', { body: { status: 'running' } });
    expect((await tandem(api, 'instances delete demo --wait --wait-limit 0.05')).code).toBe(6);
  });

  it.each([
    [4, 404, 'instance-unknown'],
    [5, 401, 'unauthenticated'],
    [1, 409, 'name-taken'],
    [7, 403, 'forbidden'],
  ])('exits %i on a problem with status %i and says what to do', async (exit, status, code) => {
    api.on('GET /v1/hosts', { status, body: problem(status, code) });
    const { code: got, err } = await tandem(api, 'hosts');
    expect([got, err]).toEqual([exit, `Title of ${code} (${code})\n  The detail.\n  Do this.\n`]);
    const programs = await tandem(api, 'hosts --json');
    expect(JSON.parse(programs.out)).toMatchObject({ code });
  });

  it('reads every page of a list', async () => {
    api.on('GET /v1/instances', { body: { instances: [instance], next: 'c1' } });
    api.on('GET /v1/instances?cursor=c1', { body: { instances: [{ ...instance, name: 'second' }], next: null } });
    const { out } = await tandem(api, 'instances list --json');
    expect((JSON.parse(out) as { name: string }[]).map(({ name }) => name)).toEqual(['demo', 'second']);
  });

  it('changes settings on the revision that it read, and keeps the tags that it was not told', async () => {
    const read = (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"r4"' });
      response.end(JSON.stringify(instance));
    };
    api.on('GET /v1/instances/demo', read);
    api.on('PATCH /v1/instances/demo', { status: 202, body: { operation: { id: 'op-9' } } });
    await tandem(api, 'instances rename demo other');
    await tandem(api, 'instances tag demo env=prod,team=');
    await tandem(api, 'instances tag demo env=prod --replace');
    await tandem(api, 'instances protect demo');
    const sent = api.heard.filter(({ route }) => route.startsWith('PATCH'));
    expect(sent.map(({ headers }) => headers['if-match'])).toEqual(['"r4"', '"r4"', '"r4"', '"r4"']);
    expect(sent.map(({ body }) => body)).toEqual([
      { name: 'other' },
      { tags: { env: 'prod', owner: 'me' } },
      { tags: { env: 'prod' } },
      { deletionProtection: true },
    ]);
    expect((await tandem(api, 'instances tag demo env')).code).toBe(2);
  });

  it('shows operations with the step that runs', async () => {
    const steps = [
      { step: 'create the record', status: 'done', startedAt: 't1', finishedAt: 't2' },
      { step: 'open the primary', status: 'running', startedAt: 't2', finishedAt: null },
    ];
    const operation = {
      id: 'op-1',
      kind: 'create-instance',
      instanceId: 'pg-a',
      status: 'running',
      progress: 50,
      steps,
    };
    api.on('GET /v1/operations?status=running', { body: { operations: [operation], next: null } });
    api.on('GET /v1/operations/op-1', { body: operation });
    expect((await tandem(api, 'operations list --status running')).out).toMatch(/op-1 .* 50 % .*open the primary/);
    expect((await tandem(api, 'operations show op-1')).out).toMatch(/create the record +done +t1 +t2/);
  });

  it('names the fields that a request got wrong', async () => {
    const errors = [{ field: 'name', message: 'must be short' }];
    api.on('POST /v1/instances', { status: 422, body: problem(422, 'invalid-request', { errors }) });
    expect((await tandem(api, 'instances create X')).err).toContain('name: must be short');
  });

  it('exits 3 when nothing listens at the address', async () => {
    const { code, err } = await tandem({ port: 1 }, 'hosts');
    expect([code, err]).toEqual([3, expect.stringContaining('http://127.0.0.1:1')]);
  });

  it.each(['nonsense', 'instances', 'instances show', 'hosts extra', 'hosts --unknown', 'drill explode host-a1'])(
    'exits 2 on `%s` without asking the API',
    async (line) => {
      expect((await tandem(api, line)).code).toBe(2);
      expect(api.heard).toEqual([]);
    },
  );

  it('sends drills for hosts and for instances', async () => {
    api.on('POST /v1/drills', { body: {} });
    await tandem(api, 'drill kill-host host-a1');
    await tandem(api, 'drill kill-postmaster demo');
    expect(api.heard.map(({ body }) => body)).toEqual([
      { action: 'kill-host', hostId: 'host-a1' },
      { action: 'kill-postmaster', instance: 'demo' },
    ]);
  });

  it('follows events through a restart of the API, each once and in order', async () => {
    const restarted = new FakeApi();
    await restarted.start();
    const stream =
      (...positions: number[]) =>
      (response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(': beat\n\n');
        for (const each of positions) response.write(`id: ${each}\ndata: ${JSON.stringify(event(each))}\n\n`);
        setImmediate(() => response.destroy());
      };
    restarted.on('GET /v1/events?last=50', { body: { events: [event(1)], next: 1 } });
    restarted.on(
      'GET /v1/events/stream',
      stream(2, 3),
      { status: 503, body: problem(503, 'unavailable', { retriable: true }) },
      stream(4),
    );
    const end = new AbortController();
    const seen: number[] = [];
    const onOut = (text: string): void => {
      seen.push((JSON.parse(text) as { position: number }).position);
      if (seen.length === 4) end.abort();
    };
    const { code } = await tandem(restarted, 'events --follow --json', { signal: end.signal, onOut });
    await restarted.stop();
    expect([code, seen]).toEqual([0, [1, 2, 3, 4]]);
    const asked = restarted.heard.map(({ headers }) => headers['last-event-id']).filter(Boolean);
    expect(asked).toEqual(['1', '3', '3']);
  });

  it('replays the events from any position, page by page to the end, by every choice that the API has', async () => {
    const path = (after: number) =>
      `GET /v1/events?instance=demo&type=A%2CB&since=2026-01-01T00%3A00%3A00Z&after=${after}&limit=1000`;
    api.on(path(0), { body: { events: [event(1), event(2)], next: 4 } });
    api.on(path(4), { body: { events: [event(5)], next: 5 } });
    api.on(path(5), { body: { events: [], next: 5 } });
    const options = '--replay --from 0 --instance demo --type A,B --since 2026-01-01T00:00:00Z --json';
    const { code, out } = await tandem(api, `events ${options}`);
    const seen = out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { position: number }).position); // prettier-ignore
    expect([code, seen]).toEqual([0, [1, 2, 5]]);
  });

  it.each(['events --replay --last 5', 'events --from 5', 'events --replay --from x'])(
    'exits 2 on `%s`: it would mean two things',
    async (line) => {
      expect((await tandem(api, line)).code).toBe(2);
      expect(api.heard).toEqual([]);
    },
  );

  it('shows the state of an instance at a moment', async () => {
    const history = {
      position: 17,
      at: '2026-01-01T12:00:00.000Z',
      id: 'pg-aaaaaaaa',
      name: 'demo',
      status: 'failing-over',
      spec: { edition: 'ha', zones: 'multi-zone', account: 'app', database: 'app' },
      primary: instance.primary,
      secondary: instance.secondary,
      epoch: 3,
      syncSet: [],
      topology: { revision: 40, recordId: 'v', state: 'promoting', row: 'promote/host-silent' },
      operations: [{ id: 'op-1', kind: 'switchover', startedAt: '2026-01-01T11:59:59.000Z' }],
    };
    api.on('GET /v1/instances/demo/history?at=2026-01-01T13%3A00%3A00Z', { body: history });
    const people = await tandem(api, 'history demo --at 2026-01-01T13:00:00Z');
    expect(people.out).toMatch(/status +failing-over\n/);
    expect(people.out).toContain('pg-aaaaaaaa-n1 on host-a1 (zone-a)');
    expect(people.out).toContain('switchover op-1, since 2026-01-01T11:59:59.000Z');
    expect(people.out).toContain('revision 40, promoting [promote/host-silent]');
    api.on('GET /v1/instances/demo/history', { body: history });
    expect(JSON.parse((await tandem(api, 'history demo --json')).out)).toEqual(history);
  });

  it('finds address and token of the platform of this machine in its data directory', async () => {
    const data = mkdtempSync(join(tmpdir(), 'tandem-cli-'));
    mkdirSync(join(data, 'secrets'));
    mkdirSync(join(data, 'run'));
    writeFileSync(join(data, 'secrets', 'api-token'), 'from-file\n');
    writeFileSync(join(data, 'run', 'platform.json'), JSON.stringify({ portBase: api.port }));
    api.on('GET /v1/hosts', { body: { hosts: [] } });
    const env = { TANDEM_API: '', TANDEM_TOKEN: '', TANDEM_DATA: data };
    const { code } = await tandem(api, 'hosts', { env });
    rmSync(data, { recursive: true });
    expect([code, api.heard[0].headers.authorization]).toEqual([0, 'Bearer from-file']);
  });
});
