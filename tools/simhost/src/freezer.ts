import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processesIn } from './pid-namespace';
import { ProcessRow, signalPid } from './process-table';
import { waitUntil } from './wait-until';

/** How a host is frozen. `cgroup-*` names a directory that the host's init joins before it starts anything. */
export type FreezerRecord = { kind: 'cgroup-v1' | 'cgroup-v2'; dir: string } | { kind: 'signals' };

/** Stops and resumes every process of one host at once. */
export interface Freezer {
  record: FreezerRecord;
  /** Returns when no process of the host runs any more. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  isFrozen(): boolean;
  /** Removes what the freezer left in the system. The host must be gone. */
  remove(): Promise<void>;
}

const FREEZE_BOUND_MS = 5_000;
const V1_ROOT = '/sys/fs/cgroup/freezer';

/** The best freezer that this machine allows: cgroup v1, cgroup v2, else SIGSTOP to every process. */
export function chooseFreezer(name: string): FreezerRecord {
  const candidates: FreezerRecord[] = [
    { kind: 'cgroup-v1', dir: join(V1_ROOT, 'tandem', name) },
    { kind: 'cgroup-v2', dir: join('/sys/fs/cgroup', 'tandem', name) },
  ];
  for (const record of candidates) {
    if (record.kind !== 'signals' && canUse(record.kind, record.dir)) return record;
  }
  return { kind: 'signals' };
}

/** The freezer of a running host. */
export function openFreezer(record: FreezerRecord, namespace: string): Freezer {
  return record.kind === 'signals' ? signalFreezer(record, namespace) : cgroupFreezer(record);
}

function canUse(kind: 'cgroup-v1' | 'cgroup-v2', dir: string): boolean {
  try {
    if (kind === 'cgroup-v1' && !existsSync(join(V1_ROOT, 'cgroup.procs'))) return false;
    // In a hybrid hierarchy the unified tree lies elsewhere, and v1 has the freezer.
    if (kind === 'cgroup-v2' && !existsSync('/sys/fs/cgroup/cgroup.controllers')) return false;
    mkdirSync(dir, { recursive: true });
    // A group left by a host that was killed while frozen would freeze its successor.
    if (kind === 'cgroup-v1') writeFileSync(join(dir, 'freezer.state'), 'THAWED');
    else writeFileSync(join(dir, 'cgroup.freeze'), '0');
    accessSync(join(dir, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function cgroupFreezer(record: Exclude<FreezerRecord, { kind: 'signals' }>): Freezer {
  const v1 = record.kind === 'cgroup-v1';
  const control = join(record.dir, v1 ? 'freezer.state' : 'cgroup.freeze');
  // v1 passes through FREEZING; v2 reports the outcome in cgroup.events.
  const state = (): boolean =>
    v1
      ? readFileSync(control, 'utf8').trim() === 'FROZEN'
      : /^frozen 1$/m.test(readFileSync(join(record.dir, 'cgroup.events'), 'utf8'));
  const write = async (frozen: boolean): Promise<void> => {
    writeFileSync(control, v1 ? (frozen ? 'FROZEN' : 'THAWED') : frozen ? '1' : '0');
    await waitUntil(frozen ? 'the host is frozen' : 'the host is thawed', () => state() === frozen, {
      boundMs: FREEZE_BOUND_MS,
    });
  };
  return {
    record,
    freeze: () => write(true),
    thaw: () => write(false),
    isFrozen: () => existsSync(control) && state(),
    remove: () => removeGroup(record.dir),
  };
}

function signalFreezer(record: FreezerRecord, namespace: string): Freezer {
  const all = () => processesIn(namespace);
  const signalAll = (signal: NodeJS.Signals): void => all().forEach((row) => void signalPid(row.pid, signal));
  const sweep = { boundMs: FREEZE_BOUND_MS, everyMs: 1 };
  // One in state D (waiting for a disk, or for a vforked child that is itself stopped) shows no T. It stops before its
  // next instruction, if it was signalled before: so it must have been there in an earlier pass.
  const freeze = async (): Promise<void> => {
    const signalled = new Set<number>();
    const still = (row: ProcessRow): boolean => row.state === 'T' || (row.state === 'D' && signalled.has(row.pid));
    // A process may fork while a pass goes on: swept again until a pass finds all of them still.
    const pass = (): boolean => {
      const left = all().filter((row) => !still(row));
      left.forEach((row) => signalPid(row.pid, 'SIGSTOP') && signalled.add(row.pid));
      return left.length === 0;
    };
    await waitUntil('the host is stopped', pass, sweep);
  };
  const stopped = () => all().filter((row) => row.state === 'T');
  const thaw = (): Promise<void> =>
    waitUntil(
      'the host is resumed',
      () => {
        // To all: it also takes back a stop that is still pending.
        if (stopped().length > 0) signalAll('SIGCONT');
        return stopped().length === 0;
      },
      sweep,
    );
  const isFrozen = (): boolean => stopped().length > 0 && all().every((row) => 'TD'.includes(row.state));
  return { record, freeze, thaw, isFrozen, remove: () => Promise.resolve() };
}

/** An empty group costs nothing: one that stays busy for a second is left behind. */
async function removeGroup(dir: string): Promise<void> {
  const removed = (path: string): boolean => {
    try {
      rmdirSync(path);
      return true;
    } catch {
      return !existsSync(path);
    }
  };
  await waitUntil('the group is empty', () => removed(dir), { boundMs: 1_000 }).catch(() => undefined);
  removed(dirname(dir));
}
