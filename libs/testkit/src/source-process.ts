import { join } from 'node:path';
import { eventually } from './eventually';
import { OwnedProcess } from './owned-process';

const register = join(__dirname, '..', 'register.cjs');

/** Runs a TypeScript source of this repository as a process of its own, which a test may kill. */
export function startSource(options: {
  readonly entry: string;
  readonly args: readonly string[];
  readonly logFile: string;
}): OwnedProcess {
  const { entry, args, logFile } = options;
  return OwnedProcess.start({ command: process.execPath, args: ['-r', register, entry, ...args], logFile });
}

/** Resolves when the process has ended, by itself or by a signal. */
export async function hasEnded(owned: OwnedProcess, withinMs = 20_000): Promise<void> {
  await eventually(`process ${owned.pid} ends`, () => !owned.running, withinMs);
}
