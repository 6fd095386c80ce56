import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Permanent } from '@tandem/platform';
import { identify, isAlive, ProcessIdentity } from '@tandem/simhost';

/** The launcher that works on a data directory, or null. */
export function lockHolder(path: string): ProcessIdentity | null {
  try {
    const identity = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
    return isAlive(identity) ? identity : null;
  } catch {
    return null;
  }
}

/**
 * Takes the data directory for this process; returns the release. Throws Permanent `already-running` with the pid of
 * the launcher that has it. The lock of a dead launcher is taken over.
 */
export function takeLock(path: string): () => void {
  const mine = identify(process.pid);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(mine));
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (tryLink(draft, path)) return () => release(path);
      const holder = lockHolder(path);
      if (holder !== null) {
        throw new Permanent(
          'already-running',
          `Tandem already runs on this data directory (pid ${holder.pid}). End it with: npm stop`,
        );
      }
      discardStale(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Permanent('already-running', 'Another launcher is starting on this data directory at this moment.');
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moved aside first: of two that see the same stale lock, the later one must not remove the winner's. */
function discardStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = lockHolder(aside);
  if (moved !== null) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string): void {
  if (lockHolder(path)?.pid === process.pid) rmSync(path, { force: true });
}
