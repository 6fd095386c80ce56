import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { chooseFreezer } from './freezer';
import { hostCommand } from './host-command';
import { HostRecord } from './host-record';
import { pidNamespace } from './pid-namespace';
import { commandLine, identify, listProcesses, ProcessRow } from './process-table';
import type { SimulatedHostOptions } from './simulated-host';
import { waitUntil } from './wait-until';

const START_BOUND_MS = 5_000;

/** Starts the processes of a host and finds its init. They outlive the caller. */
export async function spawnHost(options: SimulatedHostOptions, env: NodeJS.ProcessEnv): Promise<HostRecord> {
  const { dir, programs, user, logFile } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const freezer = chooseFreezer(freezerName(options));
  const [command = '', ...args] = hostCommand({ dir, programs, freezer, user });
  const log = openSync(logFile, 'a', 0o640);
  const child = spawn(command, args, { env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  const outer = child.pid ?? -1;
  let init: ProcessRow | undefined;
  await waitUntil(
    `host ${options.id} is up (see ${logFile})`,
    () => {
      if (child.exitCode !== null) throw new Error(`host ${options.id} did not start: see ${logFile}`);
      init = listProcesses().find((row) => row.ppid === outer && isInit(row.pid));
      return init !== undefined;
    },
    { boundMs: START_BOUND_MS },
  );
  const identity = identify(init?.pid ?? -1);
  const namespace = pidNamespace(init?.pid ?? -1);
  if (identity === null || namespace === null) throw new Error(`host ${options.id} ended at once`);
  return { init: identity, namespace, freezer };
}

function isInit(pid: number): boolean {
  return /\/init\.sh /.test(commandLine(pid));
}

/** The same at every start, so that a group which a killed launcher left is taken up again and removed at last. */
function freezerName({ id, dir }: SimulatedHostOptions): string {
  return `${id}-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}
