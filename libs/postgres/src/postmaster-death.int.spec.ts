import { waitUntil } from '@tandem/host';
import { appAccount, appSession } from '../test/clients';
import { asAgent, TestPair } from '../test/test-pair';

jest.setTimeout(60_000);

describe('the death of a postmaster while a commit waits for the secondary', () => {
  const pair = new TestPair(21_080);
  const { a } = pair;

  beforeAll(async () => {
    await pair.startPrimary();
    await a.node.ensureAccount(appAccount);
    await a.node.setGate('open');
    const session = await appSession(a);
    await session.query('CREATE TABLE waits (id int)');
    await session.end();
    await a.node.stop('fast');
  });
  afterAll(() => pair.remove());

  /** What a reader is shown that is busy while the postmaster dies: rows that no secondary has. */
  async function shownInTheEnd({ watched }: { watched: boolean }): Promise<number | 'nothing'> {
    const postmaster = await a.node.start({ role: 'primary', names: 'clear' });
    await a.node.waitAccepting();
    const endWatch = watched ? a.node.watchPostmaster(postmaster, () => undefined) : () => undefined;
    await a.node.setGate('open');
    const [writer, reader] = [await appSession(a), await appSession(a)];
    await writer.query('TRUNCATE waits');
    await a.node.setNames('nobody');
    writer.query('INSERT INTO waits VALUES (1)').catch(() => undefined);
    const waiting = async () => (await a.node.observePrimary()).waitingCommits === 1;
    expect(await waitUntil(waiting, { boundMs: 5_000 })).toBe(true);
    // Each statement has a snapshot of its own, and the first looks at nothing that could tell it of the death.
    const busy = 'SELECT count(*) FROM generate_series(1, 4000000); SELECT count(*)::int AS rows FROM waits';
    const shown = reader.query(busy).then(
      (results) => (results as unknown as { rows: { rows: number }[] }[])[1].rows[0].rows,
      () => 'nothing' as const,
    );
    const working = async () => {
      const text = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = '${busy}'`;
      return (await asAgent(a, text)).length === 1;
    };
    expect(await waitUntil(working, { boundMs: 5_000 })).toBe(true);
    process.kill(postmaster.pid, 'SIGKILL');
    const outcome = await shown;
    endWatch();
    await a.node.stop('immediate');
    return outcome;
  }

  it('would show its row, by PostgreSQL alone, to a backend that is busy', async () => {
    expect(await shownInTheEnd({ watched: false })).toBe(1);
  });

  it('shows nothing where the postmaster is watched: its children end before they notice (I3)', async () => {
    expect(await shownInTheEnd({ watched: true })).toBe('nothing');
  });
});
