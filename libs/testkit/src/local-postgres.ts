import { execFile } from 'node:child_process';
import { access, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { eventually } from './eventually';
import { OwnedProcess, unprivileged } from './owned-process';
import type { ServerPlace, TestServer } from './provider';

const binDir = process.env.TANDEM_PG_BIN ?? '/usr/lib/postgresql/15/bin';

/** For tests only: nothing here outlives the machine, so nothing waits for the disk. */
const settings = (place: ServerPlace): string => `
listen_addresses = ''
unix_socket_directories = '${join(place.dir, 's')}'
port = ${place.port}
fsync = off
max_connections = 50
shared_buffers = 16MB
`;

/** A PostgreSQL of its own on a Unix socket, superuser `postgres`, trusted; database `postgres`. */
export async function startLocalPostgres(place: ServerPlace): Promise<TestServer> {
  const identity = unprivileged();
  const dataDir = join(place.dir, 'data');
  const socketDir = join(place.dir, 's');
  await mkdir(socketDir, { recursive: true });
  if (identity) for (const dir of [place.dir, socketDir]) await chown(dir, identity.uid, identity.gid);
  const exists = await access(dataDir).then(
    () => true,
    () => false,
  );
  if (!exists) {
    const args = ['-D', dataDir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await promisify(execFile)(join(binDir, 'initdb'), args, { cwd: '/', ...identity });
    await writeFile(join(dataDir, 'postgresql.auto.conf'), settings(place));
  }
  const url = `postgresql:///postgres?host=${encodeURIComponent(socketDir)}&port=${place.port}&user=postgres`;
  let server: OwnedProcess | undefined;
  const start = async (): Promise<void> => {
    const logFile = join(place.dir, 'postgres.log');
    server = OwnedProcess.start({ command: join(binDir, 'postgres'), args: ['-D', dataDir], logFile, identity });
    await eventually(
      `PostgreSQL accepts connections (see ${logFile})`,
      () => accepts(socketDir, place.port),
      20_000,
    ).catch(async (error: unknown) => {
      await server?.end('SIGKILL');
      throw error;
    });
  };
  await start();
  return {
    url,
    start,
    stop: async (how = 'in-order') => server?.end(how === 'in-order' ? 'SIGINT' : 'SIGQUIT'),
    dispose: async () => server?.end('SIGINT'),
  };
}

async function accepts(host: string, port: number): Promise<boolean> {
  const client = new Client({ host, port, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
