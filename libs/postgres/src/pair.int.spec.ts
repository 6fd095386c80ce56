import { waitUntil } from '@tandem/host';
import { asAgent, TestPair } from '../test/test-pair';
import { hasReached } from './lsn';

jest.setTimeout(60_000);

describe('a pair of nodes, from the first data directory to the rewound old primary', () => {
  const pair = new TestPair(21_000);
  const { a, b } = pair;

  beforeAll(async () => {
    await pair.startPrimary();
    await b.node.baseBackup(a.at);
    await pair.follow(b, a);
  });
  afterAll(() => pair.remove());

  it('shows the standby under its name and the role bound to its host (R3)', async () => {
    const { standbys, timeline, inRecovery } = await a.node.observePrimary();
    expect(standbys).toMatchObject([{ applicationName: b.nodeId, role: 'tandem_repl_pg_test0001_n2', state: 'streaming' }]);
    expect({ timeline, inRecovery }).toEqual({ timeline: 1, inRecovery: false });
  });

  it('proves the names by a commit that waits, and releases it when the real secondary has flushed it (R3)', async () => {
    const proof = await a.node.beginNamesProof();
    expect(await proof.waiting()).toBe(true);
    expect(await a.node.names()).toBe('nobody');
    const { insertLsn } = await proof.complete(b.nodeId);
    expect(await a.node.names()).toEqual({ only: b.nodeId });
    const replayed = await waitUntil(async () => hasReached((await a.node.observePrimary()).standbys[0].replayLsn, insertLsn), {
      boundMs: 2_000,
    });
    expect(replayed).toBe(true);
  });

  it('does not take a name that no standby has for a flush', async () => {
    const proof = await a.node.beginNamesProof();
    await expect(proof.complete('somebody-else', 300)).rejects.toMatchObject({ code: 'probe-unflushed' });
    await proof.complete(b.nodeId);
  });

});
