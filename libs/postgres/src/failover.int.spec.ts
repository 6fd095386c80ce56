import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, waitUntil } from '@tandem/host';
import { asAgent, slotOf, TestPair } from '../test/test-pair';
import { hasReached } from './lsn';

jest.setTimeout(60_000);

describe('the pair, through the death of a primary', () => {
  const pair = new TestPair(21_040);
  const { a, b } = pair;

  beforeAll(async () => {
    await pair.startPrimary();
    await asAgent(a, 'CREATE TABLE kept (id int)');
    await b.node.baseBackup(a.at);
    await pair.follow(b, a);
  });
  afterAll(() => pair.remove());

  it('adopts the running postmaster, by identity, and does not start a second one (R10)', async () => {
    const found = await a.node.adopt();
    expect(found && isAlive(found)).toBe(true);
    expect(await a.node.start({ role: 'primary', names: 'clear' })).toEqual(found);
  });

  it('cuts its own stream so that nothing arrives any more, and attaches again at once (R4)', async () => {
    const { finalLsn } = await b.node.cutStream();
    await asAgent(a, 'INSERT INTO kept VALUES (1)');
    expect(await b.node.observeStandby()).toMatchObject({ receiver: null, receiveLsn: finalLsn });
    await b.node.attachStream({ ...a.at, applicationName: b.nodeId, slotName: slotOf(b) });
    const { insertLsn } = await a.node.observePrimary();
    const caughtUp = async () => hasReached((await b.node.observeStandby()).replayLsn, insertLsn!);
    expect(await waitUntil(caughtUp, { boundMs: 5_000 })).toBe(true);
  });

  it('never starts the directory of a standby as a primary', async () => {
    await b.node.stop('fast');
    await expect(b.node.start({ role: 'primary', names: 'clear' })).rejects.toMatchObject({
      code: 'standby-as-primary',
    });
    await pair.follow(b, a);
  });

  it('reports the death of the postmaster within 100 ms, and is stopped only when no process is left', async () => {
    await b.node.cutStream();
    // What the old primary writes now has not left it: the rewind will have to discard it.
    await asAgent(a, 'INSERT INTO kept SELECT generate_series(100, 1000)');
    const postmaster = (await a.node.adopt())!;
    let noticedAt = 0;
    a.node.watchPostmaster(postmaster, () => (noticedAt = performance.now()));
    const killedAt = performance.now();
    process.kill(postmaster.pid, 'SIGKILL');
    await waitUntil(() => noticedAt > 0, { boundMs: 2_000 });
    expect(noticedAt - killedAt).toBeLessThan(100);
    expect(await a.node.stop('immediate')).toEqual({ clean: false });
    expect(a.node.isStopped()).toBe(true);
    expect(await a.node.shutdownCheckpointLsn()).toBeNull();
  });

  it('promotes the secondary to a branch of its own', async () => {
    const { timeline, switchLsn, ms } = await b.node.promote();
    expect(timeline).toBe(2);
    expect(ms).toBeGreaterThan(0);
    expect(await b.node.observePrimary()).toMatchObject({ inRecovery: false, timeline: 2 });
    expect(await b.node.promote()).toEqual({ timeline, switchLsn, ms: 0 });
    await asAgent(b, 'INSERT INTO kept VALUES (2)');
  });

  it('rewinds the old primary, counts what that discards and keeps the WAL of it (R9)', async () => {
    // A segment that was prepared for later holds zeros; whichever file of the directory is looked at first may be one.
    const wal = join(a.node.context.paths.data, 'pg_wal');
    for (let n = 0x40; n < 0x60; n++) {
      writeFileSync(join(wal, `0000000100000000000000${n.toString(16).toUpperCase()}`), '');
      truncateSync(join(wal, `0000000100000000000000${n.toString(16).toUpperCase()}`), 16 * 1024 * 1024);
    }
    const { comparison, discardedBytes, joinsCleanly } = await a.node.compareWith(b.at);
    expect({ kind: comparison.kind, joinsCleanly }).toEqual({ kind: 'ancestor', joinsCleanly: false });
    expect(discardedBytes).toBeGreaterThan(10_000);
    expect(discardedBytes).toBeLessThan(16 * 1024 * 1024);
    const rewound = await a.node.rewind(b.at, { epoch: 1 });
    expect(rewound).toMatchObject({ discardedBytes, forkLsn: (await b.node.promote()).switchLsn });
    expect(readdirSync(rewound.keptIn)).toContainEqual(expect.stringMatching(/^00000001[0-9A-F]{16}$/));
    await pair.follow(a, b);
    const rows = async () => (await asAgent(a, 'SELECT id FROM kept ORDER BY id')).map(({ id }) => id);
    const same = async () => JSON.stringify(await rows()) === '[1,2]';
    expect(await waitUntil(same, { boundMs: 5_000 })).toBe(true);
  });

  it('stops a primary cleanly at a checkpoint that the secondary has; then no rewind is needed (R15)', async () => {
    await b.node.checkpoint(2);
    expect(await b.node.stop('fast')).toEqual({ clean: true });
    const shutdownLsn = await b.node.shutdownCheckpointLsn();
    const { finalLsn } = await a.node.cutStream();
    expect(hasReached(finalLsn, shutdownLsn!)).toBe(true);
    expect((await a.node.promote()).timeline).toBe(3);
    await a.node.checkpoint();
    expect(await b.node.compareWith(a.at)).toMatchObject({
      comparison: { kind: 'ancestor' },
      discardedBytes: 0,
      joinsCleanly: true,
    });
    await pair.follow(b, a);
    // The slot that its own standby had would pin WAL for ever.
    expect(await b.node.dropSlotsExcept([])).toEqual([slotOf(a)]);
  });
});
