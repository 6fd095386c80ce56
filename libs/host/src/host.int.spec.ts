import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EffectJournal, bootId, durableRemove, durableWrite, identify, isAlive, killAll, processesUsing } from '.';
import { readIfPresent, run, signal, spawnDetached, waitUntil, watchProcess } from '.';

describe('effects on a host', () => {
  const root = realpathSync(mkdtempSync('/tmp/tandem-host-'));
  afterAll(async () => {
    await killAll(root);
    rmSync(root, { recursive: true, force: true });
  });
  const sleeper = () =>
    spawnDetached({ command: '/bin/sleep', args: ['60'], logFile: join(root, 'log'), cwd: root, env: {} });

  it('replaces a file in one step, with its permissions, and leaves no draft', async () => {
    const path = join(root, 'record.json');
    await durableWrite(path, 'one');
    await durableWrite(path, 'two');
    expect(await readIfPresent(path)).toBe('two');
    expect(await readIfPresent(join(root, 'nothing'))).toBeUndefined();
    expect(readdirSync(root).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('takes a file for removed whose directory was never made, so that a half-made node can be released', async () => {
    await durableRemove(join(root, 'never-made', 'state.json'));
  });

  it('knows a process by pid, start time and boot: a reused pid or another boot is somebody else', async () => {
    const self = identify(process.pid)!;
    expect(isAlive(self)).toBe(true);
    expect(isAlive({ ...self, startTime: '1' })).toBe(false);
    expect(isAlive({ ...self, bootId: 'other' })).toBe(false);
    expect(self.bootId).toBe(bootId());
  });

  it('finds and ends every process that works in a directory, and reports the death', async () => {
    const [one, two] = [await sleeper(), await sleeper()];
    expect(processesUsing(root).sort()).toEqual([one.pid, two.pid].sort());
    let died = false;
    watchProcess(one, () => (died = true));
    await killAll(root);
    expect(processesUsing(root)).toEqual([]);
    expect(await waitUntil(() => died, { boundMs: 1_000 })).toBe(true);
    expect(isAlive(two)).toBe(false);
  });

  it('takes a zombie for dead: its reaper may come late', async () => {
    // The shell becomes a sleep that never waits for its child, so the child stays a zombie.
    const script = '/bin/sleep 60 & echo $! > zombie; exec /bin/sleep 60';
    const options = { logFile: join(root, 'log'), cwd: root, env: {} };
    await spawnDetached({ command: '/bin/sh', args: ['-c', script], ...options });
    const child = await waitUntil(async () => Number(await readIfPresent(join(root, 'zombie'))) || undefined, {
      boundMs: 2_000,
    });
    const identity = identify(child!)!;
    signal(identity.pid, 'SIGKILL');
    expect(await waitUntil(() => !isAlive(identity), { boundMs: 2_000 })).toBe(true);
    expect(existsSync(`/proc/${identity.pid}/stat`)).toBe(true);
  });

  it('ends a program and its children at the bound', async () => {
    const script = '/bin/sleep 60 & wait';
    const result = await run('/bin/sh', ['-c', script], { timeoutMs: 100, cwd: root });
    expect(result).toMatchObject({ code: null, timedOut: true });
    const { stdout, code } = await run('/bin/cat', [], { timeoutMs: 2_000, input: 'heard' });
    expect({ stdout, code }).toEqual({ stdout: 'heard', code: 0 });
  });

  it('journals effects by id, across restarts, and lets a finished one be', async () => {
    const directory = join(root, 'effects');
    expect(await new EffectJournal(directory).start('e1', 'promote')).toEqual({ state: 'absent' });
    expect(await new EffectJournal(directory).start('e1', 'promote')).toEqual({ state: 'started', kind: 'promote' });
    await new EffectJournal(directory).finish('e1', { timeline: 2 });
    await new EffectJournal(directory).finish('e1', { timeline: 3 });
    const done = { state: 'finished', kind: 'promote', result: { timeline: 2 } };
    expect(await new EffectJournal(directory).look('e1')).toEqual(done);
    await expect(new EffectJournal(directory).finish('e2', null)).rejects.toMatchObject({ code: 'effect-not-started' });
    await new EffectJournal(directory).prune(0);
    expect(await new EffectJournal(directory).look('e1')).toEqual({ state: 'absent' });
  });
});
