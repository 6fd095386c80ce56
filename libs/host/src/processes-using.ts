import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { procStart } from './process-identity';

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined; // Gone, a zombie, a kernel thread, or another user's: none of them works on our directory.
  }
}

function realDirectory(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

/**
 * Pids of the living processes whose working directory is `directory`. Every PostgreSQL process changes into its data
 * directory, so none left is the proof that the node is stopped; a dead postmaster alone is not (backends live on).
 */
export function processesUsing(directory: string): number[] {
  const wanted = realDirectory(directory);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => workingDirectory(pid) === wanted && procStart(pid) !== undefined);
}
