import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Permanent } from '@tandem/platform';
import { listProcesses, signalPid, waitUntil, workingDirectory } from '@tandem/simhost';
import { pathsOf, portsOf } from './layout';
import { Settings } from './settings';

const run = promisify(execFile);
const INITDB_BOUND_MS = 60_000;
const ACCEPT_BOUND_MS = 60_000;

/** The database that the control plane's services use. */
export const CONTROL_DATABASE = 'tandem';

/** The address of the control database, in the form that @tandem/platform reads: Unix socket, peer authentication. */
export function controlDatabaseUrl(settings: Settings): string {
  const query = new URLSearchParams({
    host: pathsOf(settings.dataDir).controlSockets,
    port: String(portsOf(settings.portBase).control),
    user: settings.user.name,
  });
  return `postgresql:///${CONTROL_DATABASE}?${query.toString().replaceAll('+', '%20')}`;
}

/** Makes the cluster once. An initdb that was cut off is made again. */
export async function ensureControlCluster(settings: Settings): Promise<void> {
  const { control, controlSockets } = pathsOf(settings.dataDir);
  // The socket directory is made last: it marks a cluster that initdb has finished.
  if (existsSync(controlSockets)) return;
  rmSync(control, { recursive: true, force: true });
  mkdirSync(control, { mode: 0o700 });
  if (settings.dropsToUser) chownSync(control, settings.user.uid, settings.user.gid);
  const access = ['--username', settings.user.name, '--auth-local', 'peer', '--auth-host', 'reject'];
  await asUser(settings, join(settings.pgBin, 'initdb'), ['-D', control, '-E', 'UTF8', '--locale=C.UTF-8', ...access]);
  const draft = `${controlSockets}.new`;
  mkdirSync(draft, { mode: 0o700 });
  if (settings.dropsToUser) chownSync(draft, settings.user.uid, settings.user.gid);
  renameSync(draft, controlSockets);
}

/** [command, ...arguments] of the server. Small: its load is a few events a second. */
export function controlServerCommand(settings: Settings): string[] {
  const { control, controlSockets } = pathsOf(settings.dataDir);
  const parameters = {
    listen_addresses: '',
    // A list: the double quotes keep a path with a space or a comma in one piece.
    unix_socket_directories: `"${controlSockets.replaceAll('"', '""')}"`,
    port: String(portsOf(settings.portBase).control),
    shared_buffers: '32MB',
    max_connections: '60',
    max_wal_size: '256MB',
    cluster_name: 'tandem-control',
  };
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(settings.pgBin, 'postgres'), '-D', control, ...flags];
}

/**
 * Clears what a killed server left: backends that outlived their postmaster keep the shared memory, and a stale
 * postmaster.pid may name a living stranger. Called only while none of ours runs.
 */
export async function clearControlLeftovers(settings: Settings): Promise<void> {
  const { control } = pathsOf(settings.dataDir);
  const left = () => listProcesses().filter((row) => row.state !== 'Z' && workingDirectory(row.pid) === control);
  left().forEach((row) => signalPid(row.pid, 'SIGKILL'));
  await waitUntil('leftovers of the control database are gone', () => left().length === 0, { boundMs: 5_000 });
  rmSync(join(control, 'postmaster.pid'), { force: true });
}

/** Waits for the server and makes the database once. */
export async function ensureControlDatabase(settings: Settings): Promise<void> {
  await waitUntil('the control database accepts connections', () => query(settings, 'select 1').then(...yesNo), {
    boundMs: ACCEPT_BOUND_MS,
    everyMs: 50,
  });
  const found = await query(settings, `select 1 from pg_database where datname = '${CONTROL_DATABASE}'`);
  if (found.trim() === '') await query(settings, `create database ${CONTROL_DATABASE}`);
}

const yesNo = [() => true, () => false] as const;

async function query(settings: Settings, sql: string): Promise<string> {
  const socket = pathsOf(settings.dataDir).controlSockets;
  const port = String(portsOf(settings.portBase).control);
  const target = ['-h', socket, '-p', port, '-U', settings.user.name, '-d', 'postgres'];
  return asUser(settings, join(settings.pgBin, 'psql'), [...target, '-XAtq', '-c', sql]);
}

async function asUser(settings: Settings, command: string, args: string[]): Promise<string> {
  const { user, dropsToUser } = settings;
  const ids = dropsToUser ? { uid: user.uid, gid: user.gid } : {};
  try {
    const { stdout } = await run(command, args, {
      ...ids,
      cwd: '/',
      timeout: INITDB_BOUND_MS,
      env: { PATH: '/usr/bin:/bin' },
    });
    return stdout;
  } catch (cause) {
    const stderr = String((cause as { stderr?: string }).stderr ?? '').trim();
    throw new Permanent('control-database-failed', `${command} failed: ${stderr}`, { cause });
  }
}
