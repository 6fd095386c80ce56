import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FreezerRecord } from './freezer';
import { isAlive, ProcessIdentity } from './process-table';

/** What a later launcher needs to take a running host over. */
export interface HostRecord {
  init: ProcessIdentity;
  namespace: string;
  freezer: FreezerRecord;
}

/** The record of a host whose init lives, or null. A stale record of an earlier boot or life counts for nothing. */
export function readHostRecord(dir: string): HostRecord | null {
  try {
    const record = JSON.parse(readFileSync(fileOf(dir), 'utf8')) as HostRecord;
    return isAlive(record.init) ? record : null;
  } catch {
    return null;
  }
}

/** Written whole or not at all. */
export function writeHostRecord(dir: string, record: HostRecord): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${fileOf(dir)}.new`, JSON.stringify(record));
  renameSync(`${fileOf(dir)}.new`, fileOf(dir));
}

export function removeHostRecord(dir: string): void {
  rmSync(fileOf(dir), { force: true });
}

function fileOf(dir: string): string {
  return join(dir, 'simulated-host.json');
}
