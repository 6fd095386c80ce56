import { readFileSync } from 'node:fs';

/**
 * What tells one process from every other: inside a pid namespace numbers are small and come again soon, so the pid
 * counts only together with the start time (clock ticks since boot) and the boot.
 */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
  bootId: string;
}

let cachedBootId: string | undefined;

/** The kernel's random id of the present boot. */
export function bootId(): string {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return cachedBootId;
}

/**
 * Start time of a living process from /proc; undefined when it does not exist or is a zombie: an orphan may wait
 * seconds for its reaper, and kill(pid, 0) calls it alive all that time.
 */
export function procStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** The identity of a living process, or undefined. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = procStart(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** Whether exactly this process still lives; a zombie is dead, a reused pid is somebody else. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && procStart(identity.pid) === identity.startTime;
}

/**
 * Calls back once when the process is dead. Polls /proc, which works for adopted processes too and costs about 20 us
 * a look. Returns a function that ends the watch.
 */
export function watchProcess(identity: ProcessIdentity, onDeath: () => void, everyMs = 25): () => void {
  const timer = setInterval(() => {
    if (isAlive(identity)) return;
    clearInterval(timer);
    onDeath();
  }, everyMs);
  return () => clearInterval(timer);
}
