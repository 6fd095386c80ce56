import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MARK = 'kept-for-a-look';

/** A test has failed: logs and data of this platform outlive the run. */
export function keepData(dataDir: string): void {
  writeFileSync(join(dataDir, MARK), '');
}

export function isKept(dataDir: string): boolean {
  return existsSync(join(dataDir, MARK));
}
