import { join } from 'node:path';
import { OwnedProcess } from './owned-process';

/** A TypeScript file of the sources as a process of its own: what kill -9 does can be seen on a real process only. */
export function startSource(options: {
  readonly file: string;
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
}): OwnedProcess {
  const hook = join(__dirname, '..', 'bin', 'run-sources.cjs');
  return OwnedProcess.start({
    command: process.execPath,
    args: ['-r', hook, options.file],
    logFile: options.logFile,
    env: options.env,
  });
}
