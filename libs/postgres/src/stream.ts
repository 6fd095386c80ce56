import { durableWrite, readIfPresent, signal, waitUntil } from '@tandem/host';
import { Transient } from '@tandem/platform';
import type { Configuration } from './configuration';
import { conninfo } from './conninfo';
import { laterLsn } from './lsn';
import type { NodeContext, Source } from './node-options';
import { quoteSetting } from './quoting';
import { replicationRole } from './roles';
import type { StandingSession } from './standing-session';

export interface StreamSource extends Source {
  /** The name that the source's names may wait for: node and incarnation (R3). */
  applicationName: string;
  /** Physical slot on the source. */
  slotName: string;
}

async function writeReplication(node: NodeContext, source: StreamSource | null): Promise<void> {
  const role = replicationRole(node.nodeId);
  const text = source
    ? `primary_conninfo = ${quoteSetting(conninfo(node, { ...source, role }))}\n` +
      `primary_slot_name = ${quoteSetting(source.slotName)}\n`
    : `primary_conninfo = ''\nprimary_slot_name = ''\n`;
  await durableWrite(node.paths.replicationConf, text, { owner: node.user });
}

/** Follows a source from now on; also while stopped, for the next start. The stream itself shows in observations. */
export const attachStream = (node: NodeContext, configuration: Configuration, source: StreamSource): Promise<void> =>
  configuration.change(() => writeReplication(node, source));

/** Forgets the source without looking at the receiver: for a node that is stopped or is to start as primary. */
export const forgetSource = (node: NodeContext, configuration: Configuration): Promise<void> =>
  configuration.change(() => writeReplication(node, null));

/** Whether the node is set up to follow somebody: what a new agent has to know of a standby that an earlier one cut. */
export async function hasSource(node: NodeContext): Promise<boolean> {
  return /^primary_conninfo = '.+'$/m.test((await readIfPresent(node.paths.replicationConf)) ?? '');
}

async function receiverPids(session: StandingSession): Promise<number[]> {
  const rows = await session.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'walreceiver'
     UNION SELECT pid FROM pg_stat_wal_receiver`,
    [],
    500,
  );
  return rows.map(({ pid }) => pid);
}

/**
 * R4 (c), (e): cuts the standby's own stream and returns the final LSN, the greatest of received and replayed.
 * First the reload, proven, so that the startup process cannot ask for a new receiver; then the receiver is ended; it
 * counts as gone when two looks in a row have not found one. Throws Transient after `boundMs` without that proof.
 */
export async function cutStream(
  { node, configuration, session }: { node: NodeContext; configuration: Configuration; session: StandingSession },
  boundMs: number,
): Promise<{ finalLsn: string }> {
  await configuration.change(() => writeReplication(node, null));
  let absentLooks = 0;
  const gone = await waitUntil(
    async () => {
      const pids = await receiverPids(session);
      // pg_terminate_backend refuses auxiliary processes; the receiver ends on SIGTERM.
      pids.forEach((pid) => signal(pid, 'SIGTERM'));
      absentLooks = pids.length === 0 ? absentLooks + 1 : 0;
      return absentLooks >= 2;
    },
    { boundMs, everyMs: 5 },
  );
  if (!gone) throw new Transient('receiver-left', `the WAL receiver was not gone within ${boundMs} ms`);
  const [row] = await session.query<{ received: string | null; replayed: string | null }>(
    `SELECT pg_last_wal_receive_lsn()::text AS received, pg_last_wal_replay_lsn()::text AS replayed`,
  );
  return { finalLsn: laterLsn(row.received, row.replayed) };
}
