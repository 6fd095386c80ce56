import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  startTime: string;
  bootId: string;
}

/** One row of the process table. */
export interface ProcessRow {
  pid: number;
  ppid: number;
  /** R, S, D, T (stopped), Z (dead, not yet reaped), ... as in proc(5). */
  state: string;
  startTime: string;
  comm: string;
}

/** The kernel's id of this boot: start times of different boots cannot be compared. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The row of one process, or null when it is gone. */
export function readProcess(pid: number): ProcessRow | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name is in parentheses and may itself hold parentheses and spaces.
  const close = stat.lastIndexOf(')');
  const fields = stat.slice(close + 2).split(' ');
  return {
    pid,
    comm: stat.slice(stat.indexOf('(') + 1, close),
    state: fields[0] ?? '?',
    ppid: Number(fields[1]),
    startTime: fields[19] ?? '',
  };
}

/** Every process that can be seen from here. */
export function listProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((row): row is ProcessRow => row !== null);
}

/** The identity of a running process, or null when it is gone or a zombie. */
export function identify(pid: number): ProcessIdentity | null {
  const row = readProcess(pid);
  return row === null || isDead(row) ? null : { pid, startTime: row.startTime, bootId: bootId() };
}

/** True while exactly this process lives; a zombie is dead. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const row = readProcess(identity.pid);
  return row !== null && !isDead(row) && row.startTime === identity.startTime;
}

/** Sends a signal to exactly this process. False when it is already gone. */
export function signalIdentity(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isAlive(identity) && signalPid(identity.pid, signal);
}

/** Sends a signal; false when no such process is left. Throws EPERM. */
export function signalPid(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The working directory of a process, or null when it is gone or not ours to see. */
export function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** The command line (a PostgreSQL process writes its state there), arguments joined by spaces. */
export function commandLine(pid: number): string {
  return (readOrNull(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ').trim();
}

function isDead(row: ProcessRow): boolean {
  return row.state === 'Z' || row.state === 'X';
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
