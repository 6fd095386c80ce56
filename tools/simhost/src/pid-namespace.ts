import { readlinkSync } from 'node:fs';
import { listProcesses, ProcessRow } from './process-table';

/** The pid namespace of a process, such as `pid:[4026532234]`; null when it is gone or not ours to see. */
export function pidNamespace(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

/** Every process of a pid namespace (seen from outside, outer pids), its init included, zombies left out. */
export function processesIn(namespace: string): ProcessRow[] {
  return listProcesses().filter((row) => row.state !== 'Z' && pidNamespace(row.pid) === namespace);
}
