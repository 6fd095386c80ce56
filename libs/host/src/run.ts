import { spawn } from 'node:child_process';

export interface RunOptions {
  /** Bound in milliseconds; the program and its children are killed when it is reached. */
  timeoutMs: number;
  env?: NodeJS.ProcessEnv;
  input?: string;
  cwd?: string;
  uid?: number;
  gid?: number;
}

export interface RunResult {
  /** null when the program was ended by a signal, also by our own bound. */
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** Enough for every report that the platform parses; a chatty program cannot fill our memory. */
const KEPT_CHARACTERS = 1_000_000;

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text = (text + chunk).slice(-KEPT_CHARACTERS)));
  return () => text;
}

/** Runs a program to its end within a bound. Rejects only when it could not be started at all. */
export function run(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const { env, cwd, uid, gid } = options;
    // A process group of its own, so that the bound also ends the program's children (pg_basebackup has one).
    const child = spawn(command, args, { env: env ?? process.env, cwd, uid, gid, detached: true });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It ended at the same moment.
      }
    }, options.timeoutMs);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.stdin.on('error', () => undefined); // A program may end without reading its input.
    child.stdin.end(options.input);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: stdout(), stderr: stderr(), timedOut });
    });
  });
}
