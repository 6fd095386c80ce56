import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { identify, isAlive, ProcessIdentity, signalIdentity, waitUntil } from '@tandem/simhost';

export interface SupervisedProgram {
  name: string;
  command: string[];
  env: Record<string, string>;
  cwd: string;
  /** Set only where root drops to another user. */
  ids?: { uid: number; gid: number };
  logFile: string;
  /** How it is asked to end, and how long it may take before SIGKILL. */
  stopSignal: NodeJS.Signals;
  stopBoundMs: number;
  /** Runs before each start, such as to clear what a killed server left. */
  beforeStart?: () => Promise<void>;
  /** The process is now this one; null = it has ended. */
  onChange: (identity: ProcessIdentity | null) => void;
}

const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 2_000;
const STABLE_AFTER_MS = 5_000;
const WATCH_EVERY_MS = 100;

/** One process that is started again when it ends: after 200 ms, then later and later, 2 s at most. */
export class SupervisedProcess {
  private identity: ProcessIdentity | null = null;
  private wanted = false;
  private delayMs = FIRST_DELAY_MS;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private starting: Promise<void> | undefined;
  /** Starts since this launcher's beginning. */
  starts = 0;

  constructor(readonly program: SupervisedProgram) {}

  get pid(): number | null {
    return this.isRunning() ? (this.identity?.pid ?? null) : null;
  }

  isRunning(): boolean {
    return this.identity !== null && isAlive(this.identity);
  }

  /** Takes over a process of an earlier launcher. */
  adopt(identity: ProcessIdentity): void {
    this.wanted = true;
    this.startedAt = performance.now();
    this.watch(identity);
  }

  /** Starts it now and again whenever it ends, until `stop` or `kill`. */
  async start(): Promise<void> {
    this.wanted = true;
    if (this.isRunning()) return;
    clearTimeout(this.timer);
    this.starting ??= this.launch().finally(() => (this.starting = undefined));
    await this.starting;
  }

  /** Ends it in order, by SIGKILL after the bound; it stays down until `start`. */
  async stop(): Promise<void> {
    await this.end(this.program.stopSignal, this.program.stopBoundMs);
  }

  /** Ends it at once; it stays down until `start`. */
  async kill(): Promise<void> {
    await this.end('SIGKILL', 1);
  }

  /** Kills it as a fault would: it is started again. False when it does not run at the moment. */
  crash(): boolean {
    return this.identity !== null && signalIdentity(this.identity, 'SIGKILL');
  }

  private async launch(): Promise<void> {
    const { command, env, cwd, ids, logFile, beforeStart } = this.program;
    await beforeStart?.();
    if (!this.wanted) return;
    const log = openSync(logFile, 'a', 0o640);
    const [file = '', ...args] = command;
    // A session of its own: Ctrl-C in the terminal reaches the launcher alone, which ends the rest in order.
    const child = spawn(file, args, { env, cwd, ...ids, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    this.starts += 1;
    this.startedAt = performance.now();
    child.unref();
    const identity = child.pid === undefined ? null : identify(child.pid);
    this.onEnd(child, identity);
    if (identity !== null) {
      this.identity = identity;
      this.program.onChange(identity);
    }
  }

  private onEnd(child: ChildProcess, identity: ProcessIdentity | null): void {
    let seen = false;
    const ended = (): void => {
      if (seen) return;
      seen = true;
      this.ended(identity);
    };
    child.once('exit', ended);
    child.once('error', ended);
  }

  /** An adopted process is not our child: its end is seen by polling /proc. */
  private watch(identity: ProcessIdentity): void {
    this.identity = identity;
    this.program.onChange(identity);
    const poll = setInterval(() => {
      if (isAlive(identity)) return;
      clearInterval(poll);
      this.ended(identity);
    }, WATCH_EVERY_MS);
    poll.unref();
  }

  private ended(identity: ProcessIdentity | null): void {
    if (identity !== null && this.identity?.pid === identity.pid) {
      this.identity = null;
      this.program.onChange(null);
    }
    if (!this.wanted) return;
    if (performance.now() - this.startedAt >= STABLE_AFTER_MS) this.delayMs = FIRST_DELAY_MS;
    const again = (): void => void this.start().catch(() => this.ended(null));
    this.timer = setTimeout(again, this.delayMs);
    this.delayMs = Math.min(this.delayMs * 2, LAST_DELAY_MS);
  }

  private async end(signal: NodeJS.Signals, boundMs: number): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    await this.starting;
    if (this.identity === null) return;
    await endProcess(this.identity, signal, boundMs);
    this.identity = null;
    this.program.onChange(null);
  }
}

/** Ends exactly this process: the signal, then SIGKILL after the bound. Returns when it is gone. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, boundMs: number): Promise<void> {
  const gone = () => !isAlive(identity);
  signalIdentity(identity, signal);
  await waitUntil('it ends', gone, { boundMs, everyMs: 10 }).catch(() => signalIdentity(identity, 'SIGKILL'));
  await waitUntil(`process ${identity.pid} ends`, gone, { boundMs: 5_000, everyMs: 10 });
}
