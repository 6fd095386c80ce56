import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { SimulatedHost, waitUntil } from '.';
import { busyBackends } from './postgres-processes';

const BIN = '/usr/lib/postgresql/15/bin';
const user = process.getuid?.() === 0 ? 'postgres' : undefined;
const AGENT = `cd "$TANDEM_HOST_DIR"
[ -e data ] || ${BIN}/initdb -D data -U tester -A trust >initdb.log
[ -e data/postmaster.pid ] || ${BIN}/postgres -D "$TANDEM_HOST_DIR/data" -h '' -k "$TANDEM_HOST_DIR" -p 21400 \\
  -c fsync=off -c restart_after_crash=off >>postgres.log 2>&1 &
while :; do sleep 1; done
`;

describe('PostgreSQL in a simulated host', () => {
  const dir = mkdtempSync('/tmp/tandem-launch pg-');
  const data = join(dir, 'data');
  const host = new SimulatedHost({
    id: 'host-p',
    dir,
    address: '127.0.1.11',
    zone: 'zone-a',
    roles: ['database'],
    programs: { agent: ['/bin/sh', join(dir, 'agent.sh')] },
    env: { PATH: process.env['PATH'] ?? '' },
    user,
    logFile: join(dir, 'agent.log'),
  });
  const connect = async (): Promise<Client> => {
    const client = new Client({ host: dir, port: 21400, user: 'tester', database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const postgres = () => host.processes().filter((row) => row.comm === 'postgres');
  const up = async (): Promise<void> => {
    await host.start();
    await waitUntil(
      'PostgreSQL accepts',
      () =>
        connect().then(
          (client) => client.end().then(() => true),
          () => false,
        ),
      {
        boundMs: 20_000,
        everyMs: 50,
      },
    );
  };

  beforeAll(async () => {
    chmodSync(dir, 0o777);
    writeFileSync(join(dir, 'agent.sh'), AGENT);
    await up();
  }, 30_000);

  afterAll(async () => {
    await host.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  it('loses one busy backend, and never an idle one', async () => {
    const idle = await connect();
    await expect(host.killBackend(data)).rejects.toThrow('a busy backend');
    const busy = await connect();
    const pid = (await busy.query<{ pid: number }>('select pg_backend_pid() pid')).rows[0]?.pid;
    const query = busy.query('select pg_sleep(30)').catch((error: unknown) => error);
    await host.killBackend(data);
    expect(await query).toBeInstanceOf(Error);
    const log = () => readFileSync(join(dir, 'postgres.log'), 'utf8');
    await waitUntil('its end is logged', () => log().includes(`(PID ${pid}) was terminated by signal 9`), {
      boundMs: 2_000,
    });
    await idle.end().catch(() => undefined);
    // restart_after_crash is off here, as on a managed node: the whole server ends.
    await waitUntil('PostgreSQL ended', () => postgres().length === 0, { boundMs: 5_000 });
    expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
    host.killAgent();
    await up();
  }, 30_000);

  it('loses its postmaster alone: a busy backend lives on, until the host dies', async () => {
    const busy = await connect();
    const query = busy.query('select count(*) from generate_series(1, 1e9)').catch(() => undefined);
    await waitUntil('a backend is busy', () => busyBackends(host.processes(), data).length > 0, { boundMs: 1_000 });
    const killed = host.killPostmaster(data);
    await waitUntil('the postmaster is gone', () => postgres().every((row) => row.pid !== killed.pid), {
      boundMs: 1_000,
    });
    expect(postgres().length).toBeGreaterThan(0);
    const began = performance.now();
    await host.kill();
    expect(performance.now() - began).toBeLessThan(1_000);
    await query;
  });

  it('is stopped in order by a shut-down', async () => {
    rmSync(join(data, 'postmaster.pid'), { force: true });
    await up();
    await host.shutDown(10_000);
    const control = execFileSync(`${BIN}/pg_controldata`, [data], { encoding: 'utf8' });
    expect(control).toMatch(/cluster state: +shut down$/m);
  }, 30_000);
});
