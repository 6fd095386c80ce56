import { subjects } from '@tandem/contracts';
import { accepted, rejected } from '@tandem/platform';
import { eventually } from '@tandem/testkit';
import { GatewayUnderTest, id, n1, n2, plan, spec, token } from '../test/gateway.fixture';

const decision = (row: string, at: string) => ({ row, because: 'of the test', by: 'test', at, facts: {} });
const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

describe('failovers and what-if over HTTP', () => {
  jest.setTimeout(30_000);
  const gateway = new GatewayUnderTest({ nats: 24_811, database: 24_812, api: 24_813 });
  const ids = { instanceId: id, operationId: 'op-create' };
  const base = {
    schemaVersion: 1,
    prevId: null,
    instanceId: id,
    edition: 'ha',
    mode: 'semi-sync',
    nodes: {},
    incarnations: {},
    branch: null,
    syncSet: [],
  };
  const version = (type: string, record: object) =>
    gateway.event(`topology:${id}`, type, { revision: 1, record: { ...base, ...record } });

  beforeAll(async () => {
    await gateway.start();
    await gateway.event(`instance:${id}`, 'InstanceCreationRequested', { ...ids, spec: spec('demo'), plan: plan(id) });
    await gateway.event(`instance:${id}`, 'InstanceCreated', ids);
    await gateway.record(id, {});
    await eventually('demo is known', async () => (await gateway.call('GET', '/v1/instances/demo')).status === 200);
    const first = { id: 'v1', epoch: 1, primary: n1, syncSet: [n2], state: 'open' };
    await version('ReplicationRestored', { ...first, decision: decision('restore/record', at(0)) });
    const handOver = { kind: 'fault', reason: 'postmaster-died' };
    const story = { correlationId: 'v1', handOver };
    await version('PrimaryHandedOver', {
      ...first,
      ...story,
      id: 'v2',
      state: 'handed-over',
      decision: decision('hand-over/postmaster-died', at(1_000)),
    });
    const next = { epoch: 2, primary: n2, correlationId: 'v1' };
    await version('SecondaryPromoted', {
      ...next,
      handOver,
      id: 'v3',
      state: 'promoting',
      decision: decision('promote/handed-over', at(1_080)),
    });
    await version('PrimaryOpened', {
      ...next,
      id: 'v4',
      state: 'open',
      decision: decision('open/promoted', at(1_200)),
    });
    await gateway.event(`topology:${id}`, 'FailoverCompleted', {
      instanceId: id,
      epoch: 2,
      kind: 'fault',
      reason: 'postmaster-died',
      from: n1,
      to: n2,
      steps: [{ step: 'endpoint-repointed', row: 'endpoint/repoint', at: at(1_300), sinceStartMs: 300 }],
    });
  });
  afterAll(() => gateway.stop());

  it('tells the failovers of an instance by name and by id, newest first', async () => {
    for (const path of ['demo', id]) {
      const { status, body } = await gateway.call('GET', `/v1/instances/${path}/failovers`);
      expect(status).toBe(200);
      expect(body.failovers).toMatchObject([
        { id: 'v1', epoch: 2, reason: 'process-died', durationMs: 300, lossBytes: 0, status: 'completed' },
      ]);
    }
  });

  it.each([
    ['by the query', '?format=csv', {}],
    ['by Accept', '', { accept: 'text/csv' }],
  ])('answers with CSV %s', async (_, query, headers) => {
    const response = await fetch(`${gateway.url}/v1/instances/demo/failovers${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [head, line] = (await response.text()).split('\r\n');
    expect([head.split(',')[0], line.split(',')[2]]).toEqual(['startedAt', 'process-died']);
  });

  it.each([
    ['/v1/instances/nobody/failovers', 404, 'instance-unknown'],
    ['/v1/instances/pg-zzzzzzzz/failovers', 404, 'instance-unknown'],
    ['/v1/instances/demo/failovers?last=0', 422, 'invalid-request'],
    ['/v1/instances/demo/failovers?format=xml', 422, 'invalid-request'],
    ['/v1/instances/nobody/what-if', 404, 'instance-unknown'],
    ['/v1/instances/demo/what-if', 503, 'unavailable'],
  ])('refuses %s with %i', async (path, status, code) => {
    expect((await gateway.call('GET', path)).body).toMatchObject({ status, code });
  });

  it('passes on what the orchestrator answers, with the paths for one instance and without them for all', async () => {
    const answer = {
      lost: { kind: 'host', hostId: 'host-a1' },
      name: 'host host-a1',
      outcome: 'takes-over',
      bad: false,
      takesOver: { nodeId: n2, hostId: 'host-b1' },
      expectedMs: 2_000,
      basis: 'measured',
      measuredFailovers: 3,
      lossBytes: 0,
      protectedAfter: false,
      row: 'promote/host-silent',
      because: 'of the test',
      path: [{ atMs: 1_200, by: 'host-b1', row: 'consent/primary-silent', action: 'cut-and-consent', because: '' }],
    };
    const report = { instanceId: id, epoch: 2, state: 'open', answers: [answer] };
    const asked: unknown[] = [];
    const service = await gateway.answer(subjects.service('failover-orchestrator', 'what-if'), async (body) => {
      asked.push(body);
      return accepted(report);
    });
    const one = await gateway.call('GET', '/v1/instances/demo/what-if');
    expect(one.body).toEqual({ name: 'demo', ...report });
    const all = await gateway.call('GET', '/v1/what-if');
    expect(all.body).toEqual({ instances: [{ name: 'demo', ...report, answers: [{ ...answer, path: [] }] }] });
    expect(asked).toEqual([{ instanceId: id }, { instanceId: id }]);
    await service.stop();
    const refusing = await gateway.answer(subjects.service('failover-orchestrator', 'what-if'), async () =>
      rejected('instance-unknown', 'There is no record'),
    );
    expect((await gateway.call('GET', '/v1/instances/demo/what-if')).status).toBe(404);
    expect((await gateway.call('GET', '/v1/what-if')).body).toEqual({ instances: [] });
    await refusing.stop();
  });
});
