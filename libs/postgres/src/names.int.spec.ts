import { waitUntil } from '@tandem/host';
import { appAccount, appSession } from '../test/clients';
import { asAgent, TestPair } from '../test/test-pair';
import { hasReached } from './lsn';

jest.setTimeout(60_000);

describe('names on a pair of nodes', () => {
  const pair = new TestPair(21_000);
  const { a, b } = pair;

  beforeAll(async () => {
    await pair.startPrimary();
    await a.node.ensureAccount(appAccount);
    await b.node.baseBackup(a.at);
    await pair.follow(b, a);
  });
  afterAll(() => pair.remove());

  it('shows the standby under its name and the role bound to its host (R3)', async () => {
    const { standbys, timeline, inRecovery } = await a.node.observePrimary();
    const expected = { applicationName: b.nodeId, role: 'tandem_repl_pg_test0001_n2', state: 'streaming' };
    expect(standbys).toMatchObject([expected]);
    expect({ timeline, inRecovery }).toEqual({ timeline: 1, inRecovery: false });
  });

  it('proves them by a commit that waits, and releases it when the real secondary has flushed it (R3)', async () => {
    const proof = await a.node.beginNamesProof();
    expect(await proof.waiting()).toBe(true);
    expect(await a.node.names()).toBe('nobody');
    const { insertLsn } = await a.node.observePrimary();
    await proof.complete(b.nodeId);
    expect(await a.node.names()).toEqual({ only: b.nodeId });
    const replayed = async () => hasReached((await a.node.observePrimary()).standbys[0].replayLsn, insertLsn!);
    expect(await waitUntil(replayed, { boundMs: 2_000 })).toBe(true);
  });

  it('releases those who wait as soon as the real name is there, though all writers wait and nothing else is written', async () => {
    // The secondary has nothing else to say for a minute.
    const quiet = ['wal_receiver_status_interval', 'wal_receiver_timeout'].map((name) => [b, name] as const);
    for (const [node, name] of [...quiet, [a, 'wal_sender_timeout'] as const]) {
      await asAgent(node, `ALTER SYSTEM SET ${name} = '60s'`);
      await asAgent(node, 'SELECT pg_reload_conf()');
    }
    await a.node.setGate('open');
    const proof = await a.node.beginNamesProof();
    const client = await appSession(a);
    const commit = client.query('CREATE TABLE waited ()');
    const waiting = async () => (await a.node.observePrimary()).waitingCommits === 1;
    expect(await waitUntil(waiting, { boundMs: 3_000 })).toBe(true);
    await proof.exchange(b.nodeId);
    let released = false;
    void commit.then(() => (released = true));
    expect(await waitUntil(() => released, { boundMs: 3_000 })).toBe(true);
    proof.abandon();
    await client.end();
    for (const node of [a, b]) {
      await asAgent(node, 'ALTER SYSTEM RESET ALL');
      await asAgent(node, 'SELECT pg_reload_conf()');
    }
  });

  it('sees no probe waiting where nothing is waited for, so that a proof can fail', async () => {
    const proof = await a.node.beginNamesProof();
    await a.node.setNames('clear');
    expect(await proof.waiting(500)).toBe(false);
  });

  it('does not take a name that no standby has for a flush, and goes on with the right one', async () => {
    const proof = await a.node.beginNamesProof();
    await expect(proof.complete('somebody-else', 300)).rejects.toMatchObject({ code: 'probe-unflushed' });
    await proof.complete(b.nodeId);
  });

  it('tells how many commits of clients wait and how long, and lets them go when names are cleared', async () => {
    await a.node.setGate('open');
    await a.node.setNames('nobody');
    const client = await appSession(a);
    const commit = client.query('CREATE TABLE waits ()');
    const waiting = async () => {
      const { waitingCommits, waitingMaxMs } = await a.node.observePrimary();
      return waitingMaxMs > 100 && waitingCommits;
    };
    expect(await waitUntil(waiting, { boundMs: 3_000, everyMs: 20 })).toBe(1);
    await a.node.setNames('clear');
    await commit;
    expect(await a.node.observePrimary()).toMatchObject({ waitingCommits: 0, waitingMaxMs: 0 });
    await client.end();
  });

  it('reaches its own disk with a local probe while all other commits wait (R7)', async () => {
    await a.node.setNames('nobody');
    await a.node.localProbeCommit();
    await expect(a.node.ensureAccount({ ...appAccount, role: 'late' }, 200)).rejects.toMatchObject({
      kind: 'unknown-outcome',
    });
    await a.node.setNames('clear');
  });
});
