import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses, SimulatedHost, waitUntil, commandLine, readProcess } from '.';
import { FreezerRecord, openFreezer } from './freezer';
import { readHostRecord, writeHostRecord } from './host-record';

const abandoned: FreezerRecord[] = [];
const root = process.getuid?.() === 0;
const user = root ? 'postgres' : undefined;

const AGENT = `cd "$TANDEM_HOST_DIR"; echo $$ >> agents
[ -e count ] || setsid sh -c 'while :; do echo x >> count; sleep 0.01; done' &
while :; do sleep 1; done
`;

describe('a simulated host', () => {
  let dir: string;
  let host: SimulatedHost;

  const make = (agent: string[]): SimulatedHost =>
    new SimulatedHost({
      id: 'host-t',
      dir,
      address: '127.0.1.11',
      zone: 'zone-a',
      roles: ['database'],
      programs: { agent },
      env: { PATH: process.env['PATH'] ?? '' },
      user,
      logFile: join(dir, 'agent.log'),
    });
  // Its shell is the agent; the counter is a child in a session of its own, as PostgreSQL's processes are.
  const counting = (): string[] => ['/bin/sh', join(dir, 'agent.sh')];
  const count = (): number => (existsSync(join(dir, 'count')) ? readFileSync(join(dir, 'count')).length : 0);
  const counts = async (): Promise<void> => {
    const before = count();
    await waitUntil('the counter advances', () => count() > before + 5, { boundMs: 3_000 });
  };

  beforeEach(() => {
    // A path with a space and a quote: users have them.
    dir = mkdtempSync("/tmp/tandem-launch o'host-");
    chmodSync(dir, 0o777);
    writeFileSync(join(dir, 'agent.sh'), AGENT);
  });

  afterEach(async () => {
    await host.kill();
    rmSync(dir, { recursive: true, force: true });
    for (const record of abandoned.splice(0)) await openFreezer(record, '').remove();
  });

  it('dies with everything that runs in it, sessions of their own included', async () => {
    host = make(counting());
    await host.start();
    await counts();
    const pids = host.processes().map((row) => row.pid);
    expect(pids.length).toBeGreaterThanOrEqual(5);
    await host.kill();
    expect(pids.filter((pid) => readProcess(pid) !== null && readProcess(pid)?.state !== 'Z')).toEqual([]);
    expect(host.isRunning()).toBe(false);
  });

  it('runs nothing as root', async () => {
    host = make(counting());
    await host.start();
    await counts();
    const uidOf = (pid: number): string =>
      /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
    // The counter's short sleeps come and go; all others stay.
    const lasting = host.processes().filter((row) => row.comm !== 'sleep');
    const uids = lasting.map((row) => uidOf(row.pid));
    expect(uids.length).toBeGreaterThanOrEqual(4);
    expect(uids).not.toContain('0');
  });

  it.each(['the best freezer', 'signals'])(
    'stands still while frozen by %s and goes on after the thaw',
    async (how) => {
      host = make(counting());
      await host.start();
      await counts();
      if (how === 'signals') useSignals(host, dir);
      await host.freeze();
      const frozen = count();
      // A running process is seen to advance (counts above); this one must not, in a hundred of its steps.
      await new Promise((done) => setTimeout(done, 1_000));
      expect(count()).toBe(frozen);
      expect(host.isFrozen()).toBe(true);
      await host.thaw();
      await counts();
    },
  );

  it('can be killed while it is frozen, and nothing of it runs on', async () => {
    host = make(counting());
    await host.start();
    await counts();
    await host.freeze();
    const frozen = count();
    await host.kill();
    expect(count()).toBe(frozen);
    expect(listProcesses().filter((row) => commandLine(row.pid).includes(dir))).toEqual([]);
  });

  it('restarts its agent soon, and what the agent started lives on', async () => {
    host = make(counting());
    await host.start();
    await counts();
    const lines = () => readFileSync(join(dir, 'agents'), 'utf8').split('\n').length;
    const before = lines();
    const killed = performance.now();
    expect(host.killAgent()).toBe(true);
    await waitUntil('the next agent', () => lines() > before, { boundMs: 2_000 });
    expect(performance.now() - killed).toBeLessThan(400);
    await counts();
  });

  it('reaps an orphan within 100 ms', async () => {
    host = make(counting());
    await host.start();
    await counts();
    const orphan = host.processes().find((row) => commandLine(row.pid).startsWith('sh -c while'));
    host.killAgent();
    await waitUntil('the counter is an orphan', () => readProcess(orphan?.pid ?? 0)?.ppid !== orphan?.ppid, {
      boundMs: 1_000,
    });
    const killed = performance.now();
    process.kill(orphan?.pid ?? 0, 'SIGKILL');
    await waitUntil('it is reaped', () => readProcess(orphan?.pid ?? 0) === null, { boundMs: 1_000, everyMs: 1 });
    expect(performance.now() - killed).toBeLessThan(100);
  });

  it('is found again by a later launcher, and not mistaken for a stranger', async () => {
    host = make(counting());
    await host.start();
    await counts();
    const later = make(counting());
    expect(later.adopt()).toBe(true);
    await later.freeze();
    expect(host.isFrozen()).toBe(true);
    await later.kill();
    expect(make(counting()).adopt()).toBe(false);
    expect(host.isRunning()).toBe(false);
  });

  // The whole of this file once more without root: user namespaces, and whatever freezer such a user has.
  (root ? it : it.skip)(
    'works for an ordinary user as well',
    () => {
      host = make(counting());
      const cache = mkdtempSync('/tmp/tandem-launch-jest-');
      chmodSync(cache, 0o777);
      const drop = ['--reuid', 'postgres', '--regid', 'postgres', '--init-groups'];
      const jest = [
        'node_modules/jest/bin/jest.js',
        '--cacheDirectory',
        cache,
        '--selectProjects',
        'integration',
        '--testPathPatterns',
      ];
      const run = spawnSync('setpriv', [...drop, process.execPath, ...jest, 'simulated-host.int'], {
        encoding: 'utf8',
      });
      rmSync(cache, { recursive: true, force: true });
      expect(run.stderr).toMatch(/^Tests: +1 skipped, 8 passed, 9 total$/m);
      expect(run.status).toBe(0);
    },
    60_000,
  );
});

function useSignals(host: SimulatedHost, dir: string): void {
  const record = readHostRecord(dir);
  if (record === null) throw new Error('the host has no record');
  // Its group is left alone from here on, and thereby not removed at the end.
  abandoned.push(record.freezer);
  writeHostRecord(dir, { ...record, freezer: { kind: 'signals' } });
  host.adopt();
}
