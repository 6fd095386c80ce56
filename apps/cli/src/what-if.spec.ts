import { FakeApi, tandem } from './test/fake-api.fixture';

const answer = {
  lost: { kind: 'host', hostId: 'host-a1' },
  name: 'host host-a1',
  outcome: 'takes-over',
  bad: false,
  takesOver: { nodeId: 'pg-aaaaaaaa-n2', hostId: 'host-b1' },
  expectedMs: 1_900,
  basis: 'measured',
  measuredFailovers: 2,
  lossBytes: 0,
  protectedAfter: false,
  row: 'promote/host-silent',
  because: 'it consents',
  path: [],
};
const waits = {
  ...answer,
  name: 'host host-e1',
  outcome: 'unreachable',
  bad: true,
  takesOver: null,
  expectedMs: null,
  lossBytes: null,
  row: 'none',
  because: 'every endpoint host is lost',
};
const report = { name: 'demo', instanceId: 'pg-aaaaaaaa', epoch: 2, state: 'open', answers: [answer, waits] };

describe('tandem what-if', () => {
  const api = new FakeApi();
  beforeAll(() => api.start());
  afterAll(() => api.stop());

  it('tells for one instance who takes over, in how long, with what loss, by which row and why', async () => {
    api.on('GET /v1/instances/demo/what-if', { body: report });
    const { out, code } = await tandem(api, 'what-if demo');
    expect(code).toBe(0);
    expect(out).toMatch(
      /demo +host host-a1 +takes-over +pg-aaaaaaaa-n2 on host-b1 +1900 ms +0 +promote\/host-silent +it consents/,
    );
    expect(out).toMatch(/unreachable ! +- +- +unknown +none/);
  });

  it('asks about all instances without a name, and shows only what is bad when told so', async () => {
    api.on('GET /v1/what-if', { body: { instances: [report] } });
    const { out } = await tandem(api, 'what-if --bad --json');
    expect(JSON.parse(out)).toEqual([{ ...report, answers: [waits] }]);
    expect((await tandem(api, 'what-if one two')).code).toBe(2);
  });
});
