import { copyFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;
const EVERY_MS = 30_000;

/**
 * Keeps each log file of a directory near 20 MB: its content moves to <name>.1. The writers append, so they go on at
 * the start of the emptied file. Returns the end of it.
 */
export function capLogs(dir: string): () => void {
  const timer = setInterval(() => capOnce(dir, MAX_BYTES), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** One look at the directory. */
export function capOnce(dir: string, maxBytes: number): void {
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.log'))) {
    const path = join(dir, name);
    if (statSync(path).size <= maxBytes) continue;
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  }
}
