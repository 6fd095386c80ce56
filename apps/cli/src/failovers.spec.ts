import { FakeApi, tandem } from './test/fake-api.fixture';

const failover = {
  id: 'v1',
  instanceId: 'pg-aaaaaaaa',
  epoch: 2,
  kind: 'fault',
  reason: 'process-died',
  from: 'pg-aaaaaaaa-n1',
  to: 'pg-aaaaaaaa-n2',
  status: 'completed',
  startedAt: '2026-01-01T00:00:00.000Z',
  completedAt: '2026-01-01T00:00:00.250Z',
  durationMs: 250,
  lossBytes: 0,
  steps: [
    {
      step: 'handed-over',
      row: 'hand-over/postmaster-died',
      because: 'it died',
      by: 'host-a1',
      at: '',
      sinceStartMs: 0,
      tookMs: 0,
      facts: null,
    },
    {
      step: 'opened',
      row: 'open/promoted',
      because: null,
      by: null,
      at: '',
      sinceStartMs: 200,
      tookMs: 120,
      facts: null,
    },
  ],
};

describe('tandem failovers', () => {
  const api = new FakeApi();
  beforeAll(() => api.start());
  afterAll(() => api.stop());
  beforeEach(() => api.heard.splice(0));

  it('lists them with reason, duration, loss and the id to search logs for', async () => {
    api.on('GET /v1/instances/demo/failovers?last=5', {
      body: { failovers: [failover, { ...failover, status: 'running' }] },
    });
    const { out } = await tandem(api, 'failovers demo --last 5');
    expect(out).toMatch(/fault +process-died +pg-aaaaaaaa-n1 +pg-aaaaaaaa-n2 +2 +250 ms +0 +v1\n.* running +0 +v1/);
  });

  it('tells each step with its row on demand', async () => {
    api.on('GET /v1/instances/demo/failovers', { body: { failovers: [failover] } });
    const { out } = await tandem(api, 'failovers demo --steps');
    expect(out).toMatch(
      /handed-over +0 ms +\+0 +hand-over\/postmaster-died +host-a1 +it died\n +opened +200 ms +\+120/,
    );
  });

  it('passes CSV on as the API writes it', async () => {
    api.on('GET /v1/instances/demo/failovers', (response) => void response.end('a,b\r\n1,2\r\n'));
    expect((await tandem(api, 'failovers demo --csv')).out).toBe('a,b\r\n1,2\n');
    expect(api.heard[0].headers.accept).toBe('text/csv');
  });
});
