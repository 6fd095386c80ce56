import { readFile, unlink } from 'node:fs/promises';
import { readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  capLog,
  durableRemove,
  durableWrite,
  identify,
  isAlive,
  killAll,
  processesUsing,
  readIfPresent,
  signal,
  spawnDetached,
  waitUntil,
  type ProcessIdentity,
} from '@tandem/host';
import type { NodeContext } from './node-options';

function worksIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(directory);
  } catch {
    return false;
  }
}

/**
 * The living postmaster of the data directory, or undefined. Its pid file may be stale and name a stranger, so the
 * process must also work in this directory (R10).
 */
export async function findPostmaster(node: NodeContext): Promise<ProcessIdentity | undefined> {
  const stored = await readIfPresent(node.paths.postmaster);
  if (stored !== undefined) {
    const identity = JSON.parse(stored) as ProcessIdentity;
    if (isAlive(identity) && worksIn(identity.pid, node.paths.data)) return identity;
  }
  const pid = Number((await readIfPresent(join(node.paths.data, 'postmaster.pid')))?.split('\n')[0]);
  return pid > 0 && worksIn(pid, node.paths.data) ? identify(pid) : undefined;
}

/**
 * Whether the postmaster has written its lock file. Before, it may not have its signal handlers yet, and a SIGHUP would
 * end it.
 */
export async function takesSignals(node: NodeContext, { pid }: ProcessIdentity): Promise<boolean> {
  return Number((await readIfPresent(join(node.paths.data, 'postmaster.pid')))?.split('\n')[0]) === pid;
}

/** A node is stopped when no process of its data directory is left; a dead postmaster alone is not that. */
export const isStopped = (node: NodeContext): boolean => processesUsing(node.paths.data).length === 0;

/**
 * Removes lock files that outlived their server: inside a pid namespace the pid in them soon belongs to somebody else,
 * and PostgreSQL would refuse to start. Only called when no process of the data directory is left.
 */
async function removeStaleLocks(node: NodeContext): Promise<void> {
  const socket = join(node.socketDir, `.s.PGSQL.${node.port}`);
  for (const path of [join(node.paths.data, 'postmaster.pid'), `${socket}.lock`, socket]) {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Starts the server on the files as they are; ends what a dead postmaster has left behind first. */
export async function launchPostmaster(node: NodeContext): Promise<ProcessIdentity> {
  const { data, mainConf, logFile, postmaster } = node.paths;
  await killAll(data);
  await removeStaleLocks(node);
  await capLog(logFile);
  const identity = await spawnDetached({
    command: join(node.pgBin, 'postgres'),
    args: ['-D', data, '-c', `config_file=${mainConf}`],
    logFile,
    // From its first moment on it must count as a process of the data directory.
    cwd: data,
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: node.dir },
    uid: node.user.uid,
    gid: node.user.gid,
  });
  await durableWrite(postmaster, JSON.stringify(identity));
  return identity;
}

export type StopMode = 'fast' | 'immediate';

/**
 * Stops the node. After `boundMs` whatever is left is killed, so that afterwards the node is stopped in the strict
 * sense. `clean` tells whether the server ended by itself.
 */
export async function stopNode(node: NodeContext, mode: StopMode, boundMs: number): Promise<{ clean: boolean }> {
  const running = await findPostmaster(node);
  let clean: true | undefined;
  if (running) {
    signal(running.pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    clean = await waitUntil(() => isStopped(node), { boundMs });
  }
  await killAll(node.paths.data);
  await durableRemove(node.paths.postmaster);
  return { clean: clean === true };
}

/** The end of the server's log, for the message of an error. */
export async function logTail(node: NodeContext, characters = 1_500): Promise<string> {
  return (await readFile(node.paths.logFile, 'utf8').catch(() => '')).slice(-characters);
}
