import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fchownSync, openSync } from 'node:fs';
import { Transient } from '@tandem/platform';
import { identify, type ProcessIdentity } from './process-identity';

export interface DetachedOptions {
  command: string;
  args: string[];
  /** Both output streams are appended to this file. */
  logFile: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
}

function openLog({ logFile, uid, gid }: DetachedOptions): number {
  const log = openSync(logFile, 'a', 0o600);
  if (uid !== undefined && gid !== undefined) fchownSync(log, uid, gid);
  return log;
}

/** Starts a server that outlives us (R10): a session of its own, no pipe to us. Returns who it is. */
export async function spawnDetached(options: DetachedOptions): Promise<ProcessIdentity> {
  const { command, args, cwd, env, uid, gid } = options;
  const log = openLog(options);
  try {
    const child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', log, log] });
    await once(child, 'spawn'); // Rejects with the child's 'error'.
    child.unref();
    const identity = identify(child.pid!);
    if (!identity) throw new Transient('server-ended-at-start', `${command} ended at once; see ${options.logFile}`);
    return identity;
  } finally {
    closeSync(log);
  }
}
