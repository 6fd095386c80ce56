import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface OwnedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Whom the process runs as; ourselves without it. */
  readonly identity?: Identity | undefined;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses root: as root its programs run as the user `postgres`. */
export function unprivileged(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid) throw new Error('there is no user postgres to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A child process that this test started and that it alone ends, by its own handle. */
export class OwnedProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly exited: Promise<unknown>,
  ) {}

  static start(options: OwnedProcessOptions): OwnedProcess {
    const log = openSync(options.logFile, 'a');
    const stdio: ['ignore', number, number] = ['ignore', log, log];
    const child = spawn(options.command, options.args, { stdio, cwd: '/', ...options.identity });
    closeSync(log);
    // A test whose set-up failed half-way must not keep the runner alive by what it had started.
    child.unref();
    return new OwnedProcess(child, once(child, 'exit'));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.child.spawnfile} did not start`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends the signal and waits for the end; SIGKILL after `limitMs`. */
  async end(signal: NodeJS.Signals, limitMs = 10_000): Promise<void> {
    if (!this.running) return;
    this.child.kill(signal);
    const force = setTimeout(() => this.child.kill('SIGKILL'), limitMs);
    await this.exited;
    clearTimeout(force);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
