import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FreezerRecord } from './freezer';

/** The programs of a host by name, each a command with its arguments. */
export type HostPrograms = { agent: string[]; guard?: string[] };

const INIT = resolve(__dirname, '..', 'bin', 'init.sh');

/** Why this machine cannot hold simulated hosts for this user, or null when it can. */
export function isolationObstacle(): string | null {
  const [command = '', ...args] = unshareCommand();
  const run = spawnSync(command, [...args, 'true'], { encoding: 'utf8', timeout: 10_000 });
  return run.status === 0 ? null : (run.stderr || String(run.error ?? 'unshare failed')).trim();
}

function unshareCommand(): string[] {
  const namespace = ['--pid', '--fork', '--kill-child', '--mount-proc'];
  const ownUser = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user'];
  return ['unshare', ...ownUser, ...namespace];
}

/** What to spawn to bring a host up: [command, ...arguments]. `user` is set only where root drops to it. */
export function hostCommand(options: {
  dir: string;
  programs: HostPrograms;
  freezer: FreezerRecord;
  user?: string;
}): string[] {
  const unshare = unshareCommand();
  // A change of credentials clears the parent-death signal that --kill-child has set: it is asked for again.
  const drop =
    options.user === undefined
      ? []
      : ['setpriv', '--reuid', options.user, '--regid', options.user, '--init-groups', '--pdeathsig', 'KILL'];
  const init = [INIT, ...programFiles(options.dir, options.programs)];
  const group = options.freezer.kind === 'signals' ? '/dev/null' : `${options.freezer.dir}/cgroup.procs`;
  return ['/bin/sh', '-c', 'echo 0 > "$1" && shift && exec "$@"', 'host', group, ...unshare, ...drop, ...init];
}

/** One shell file for each program: its name is how the supervisor, and so the program, is found again. */
function programFiles(dir: string, programs: HostPrograms): string[] {
  mkdirSync(join(dir, 'programs'), { recursive: true });
  return Object.entries(programs)
    .filter((entry): entry is [string, string[]] => entry[1] !== undefined)
    .map(([name, command]) => {
      const file = join(dir, 'programs', name);
      writeFileSync(file, `exec ${command.map(quote).join(' ')}\n`, { mode: 0o644 });
      return file;
    });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
