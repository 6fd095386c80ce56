import { ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { commandLine, identify, isAlive, listProcesses, ProcessIdentity, waitUntil } from '@tandem/simhost';
import { pathsOf, portsOf } from './layout';
import { readPlatformState } from './process-registry';
import { hosts } from './services';
import { writeStandIns } from './test/stand-ins';

jest.setTimeout(90_000);

const BASE = 21_500;
const dist = resolve(__dirname, '..', 'dist');

describe('the launcher', () => {
  let top: string;
  let data: string;
  const launchers: ChildProcess[] = [];

  // A path with a space: users have them.
  beforeEach(() => {
    top = mkdtempSync('/tmp/tandem-launch it-');
    chmodSync(top, 0o755);
    data = join(top, 'data');
    writeStandIns(join(top, 'code'));
  });

  afterEach(async () => {
    launchers.splice(0).forEach((child) => child.exitCode === null && child.kill('SIGKILL'));
    await run('stop');
    expect(ours()).toEqual([]);
    rmSync(top, { recursive: true, force: true });
  });

  const env = (): NodeJS.ProcessEnv => ({
    ...process.env,
    TANDEM_DATA: data,
    TANDEM_PORT_BASE: String(BASE),
    TANDEM_CODE: join(top, 'code'),
  });

  /** Every living process that this test's installation consists of. */
  const ours = (): string[] =>
    listProcesses()
      .filter((row) => row.state !== 'Z' && row.pid !== process.pid && !launchers.some(({ pid }) => pid === row.pid))
      .map((row) => commandLine(row.pid))
      .filter((line) => line.includes(top) || line === 'sleep 7777');

  const run = (program: 'main' | 'stop', extra: NodeJS.ProcessEnv = {}) => {
    const script = program === 'main' ? [join(dist, 'main.js')] : [resolve(dist, '../bin/stop.mjs')];
    const child = spawn(process.execPath, script, { env: { ...env(), ...extra }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return new Promise<{ code: number | null; output: string }>((done) => {
      child.once('exit', (code) => done({ code, output }));
    });
  };

  const start = async (): Promise<{ child: ChildProcess; output: () => string }> => {
    const child = spawn(process.execPath, [join(dist, 'main.js')], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
    launchers.push(child);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await waitUntil(
      'it is ready',
      () => {
        if (child.exitCode !== null) throw new Error(`the launcher ended: ${output}`);
        return output.includes('End it with');
      },
      { boundMs: 40_000, everyMs: 20 },
    );
    return { child, output: () => output };
  };

  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    const exited = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await exited;
  };

  const drill = (verb: string, request: object = {}): Promise<{ ok: boolean; result: never }> =>
    new Promise((done, fail) => {
      const socket = createConnection(pathsOf(data).socket, () => {
        socket.write(`${JSON.stringify({ verb, ...request })}\n`);
      });
      socket.once('error', fail);
      socket.once('data', (reply: Buffer) => {
        socket.end();
        done(JSON.parse(reply.toString()) as { ok: boolean; result: never });
      });
    });
  type Status = { hosts: { hostId: string; state: string }[]; processes: Record<string, { pid: number | null }> };
  const status = async (): Promise<Status> => (await drill('status')).result as Status;
  const stateOf = async (id: string) => (await status()).hosts.find(({ hostId }) => hostId === id)?.state;
  const identityOf = (name: string): ProcessIdentity | undefined =>
    readPlatformState(pathsOf(data).platform)?.processes[name];

  it('shows the demo, keeps its secrets, and ends all that it started at Ctrl-C', async () => {
    const { child, output } = await start();
    expect(output()).toContain('postgresql://app:given-once-at-creation@127.0.0.1:1/app');
    expect(output()).toContain('npx tandem drill kill-host host-b1');
    expect(statSync(pathsOf(data).apiToken).mode & 0o777).toBe(0o600);
    expect(statSync(pathsOf(data).demo).mode & 0o777).toBe(0o600);
    expect(statSync(join(pathsOf(data).pki, 'ca.key')).mode & 0o777).toBe(0o600);
    await end(child, 'SIGINT');
    expect(ours()).toEqual([]);
    expect(child.exitCode).toBe(0);
    // A second start takes up the same data: the password is the one of the creation.
    const again = await start();
    expect(again.output()).toContain('given-once-at-creation');
    expect((await run('stop')).output).toContain('Tandem has stopped.');
    expect(ours()).toEqual([]);
  });

  it('refuses a second launcher on the same data, and names the first', async () => {
    const { child } = await start();
    const second = await run('main');
    expect(second.code).toBe(1);
    expect(second.output).toContain(`(pid ${child.pid})`);
    expect(await stateOf('host-a1')).toBe('running');
  });

  it('takes over what a killed launcher left: hosts, NATS and the control database live on', async () => {
    const first = await start();
    const nats = identityOf('nats');
    const api = identityOf('api-gateway');
    const workers = () => ours().filter((line) => line === 'sleep 7777').length;
    await waitUntil('every agent has started its worker', () => workers() === hosts.length, { boundMs: 5_000 });
    await end(first.child, 'SIGKILL');
    const second = await start();
    expect(identityOf('nats')).toEqual(nats);
    expect(api !== undefined && isAlive(api)).toBe(false);
    expect(workers()).toBe(hosts.length);
    await drill('store-down');
    expect(nats !== undefined && isAlive(nats)).toBe(false);
    expect((await status()).processes['nats']?.pid).toBeNull();
    await drill('store-up');
    expect((await status()).processes['nats']?.pid).toEqual(expect.any(Number));
    await end(second.child, 'SIGTERM');
    expect(ours()).toEqual([]);
  });

  it('heals after kill -9 of everything, and npm stop alone clears what a dead launcher left', async () => {
    const first = await start();
    first.child.kill('SIGKILL');
    for (const row of listProcesses()) {
      const line = commandLine(row.pid);
      if (row.pid !== process.pid && (line.includes(data) || line.includes(join(top, 'code')))) kill(row.pid);
    }
    await waitUntil('all is dead', () => ours().length === 0, { boundMs: 5_000 });
    const second = await start();
    second.child.kill('SIGKILL');
    await waitUntil('the launcher is dead', () => second.child.exitCode !== null || second.child.killed, {
      boundMs: 5_000,
    });
    expect((await run('stop')).code).toBe(0);
    expect(ours()).toEqual([]);
    expect((await run('stop')).output).toContain('Nothing of Tandem runs');
  });

  it('names a taken port and the way out, and leaves nothing behind', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(portsOf(BASE).nats, '127.0.0.1', done));
    const refused = await run('main');
    other.close();
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(`Port ${portsOf(BASE).nats} (NATS) is taken`);
    expect(refused.output).toContain('TANDEM_PORT_BASE');
    expect(ours()).toEqual([]);
  });

  it('makes faults: a killed host stays dead until it is started, over a restart too', async () => {
    const { child } = await start();
    await drill('kill-host', { hostId: 'host-c1' });
    expect(await stateOf('host-c1')).toBe('down');
    await drill('freeze-host', { hostId: 'host-a2' });
    expect(await stateOf('host-a2')).toBe('frozen');
    await drill('thaw-host', { hostId: 'host-a2' });
    expect(await stateOf('host-a2')).toBe('running');
    const service = identityOf('health-monitor');
    await drill('kill-service', { service: 'health-monitor' });
    await waitUntil(
      'the service is back',
      () => {
        const now = identityOf('health-monitor');
        return now !== undefined && now.pid !== service?.pid && isAlive(now);
      },
      { boundMs: 3_000 },
    );
    expect(await drill('kill-host', { hostId: 'nobody' })).toMatchObject({
      ok: false,
      rejection: { code: 'host-unknown' },
    });
    expect(await drill('toString')).toMatchObject({ ok: false, rejection: { code: 'invalid-request' } });
    expect(existsSync(pathsOf(data).host('host-c1'))).toBe(true);
    await end(child, 'SIGKILL');
    await start();
    expect(await stateOf('host-c1')).toBe('down');
    await drill('start-host', { hostId: 'host-c1' });
    expect(await stateOf('host-c1')).toBe('running');
  });

  it('starts nothing as root', async () => {
    await start();
    const state = readPlatformState(pathsOf(data).platform);
    const owners = Object.values(state?.processes ?? {}).map(({ pid }) => {
      return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    });
    expect(owners).toHaveLength(6);
    expect(owners).not.toContain('0');
    expect(identify(process.pid)).not.toBeNull();
  });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Killed along with its host a moment ago.
  }
}
