import { processesUsing, signal, waitUntil } from '@tandem/host';
import { connectAgent, using, type Connection } from './connection';
import type { NodeContext } from './node-options';
import { findPostmaster } from './postmaster';

const CLIENT = `backend_type = 'client backend' AND usename NOT LIKE 'tandem\\_%'`;

/**
 * Sessions that are still logging in were let through by the older pg_hba.conf and show in no view yet: they are the
 * processes of the data directory that PostgreSQL does not tell about.
 */
async function loggingIn(node: NodeContext, session: Connection): Promise<number[]> {
  const processes = processesUsing(node.paths.data);
  const known = await session.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  const told = new Set(known.map(({ pid }) => pid));
  const postmaster = (await findPostmaster(node))?.pid;
  return processes.filter((pid) => pid !== postmaster && !told.has(pid));
}

/**
 * Ends all client sessions, those that are logging in too, and returns how many; never the platform's or a WAL
 * sender's. Call it with the gate closed, or new ones come. A commit of theirs that waits is committed locally by
 * this: restore evidence from before it is void (R3). `left` are sessions that were not gone within the bound (ms).
 */
export async function terminateClients(node: NodeContext, boundMs: number): Promise<{ ended: number; left: number }> {
  return using(connectAgent(node), async (session) => {
    const ended = new Set<number>();
    const round = async () => {
      (await loggingIn(node, session)).forEach((pid) => signal(pid, 'SIGTERM'));
      const rows = await session.query<{ pid: number }>(
        `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${CLIENT}`,
      );
      rows.forEach(({ pid }) => ended.add(pid));
      return rows.length;
    };
    let left = 0;
    await waitUntil(async () => (left = await round()) === 0, { boundMs, everyMs: 5 });
    return { ended: ended.size, left };
  });
}
