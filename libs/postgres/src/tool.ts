import { join } from 'node:path';
import { killAll, run, type RunResult } from '@tandem/host';
import { Transient } from '@tandem/platform';
import type { NodeContext } from './node-options';

/** Runs one of PostgreSQL's programs as the server's user. Its messages are in English, whatever the locale. */
export function tool(node: NodeContext, name: string, args: string[], timeoutMs: number): Promise<RunResult> {
  return run(join(node.pgBin, name), args, {
    timeoutMs,
    cwd: node.paths.work,
    env: { PATH: `${node.pgBin}:/usr/bin:/bin`, LC_ALL: 'C.UTF-8', HOME: node.dir, PGCONNECT_TIMEOUT: '5' },
    uid: node.user.uid,
    gid: node.user.gid,
  });
}

/** As `tool`, but an exit code other than 0 is a Transient failure with the end of what the program said. */
export async function mustRun(node: NodeContext, name: string, args: string[], timeoutMs: number): Promise<string> {
  const { code, stdout, stderr, timedOut } = await tool(node, name, args, timeoutMs);
  if (code === 0) return stdout;
  const why = timedOut ? `no end within ${timeoutMs} ms` : `exit ${code}: ${stderr.slice(-800)}`;
  throw new Transient('tool-failed', `${name}: ${why}`);
}

/** Ends the tools that a dead agent has left running: two of them must not work on one copy. */
export const endLeftoverTools = (node: NodeContext): Promise<void> => killAll(node.paths.work);
