import { durableRemove, durableWrite, readIfPresent } from '@tandem/host';
import { Permanent } from '@tandem/platform';
import { markStandby } from './base-backup';
import { conninfo } from './conninfo';
import { readShutdownLsn, readStoppedHistory } from './control-data';
import { bytesBetween, keepWal, localWalEnd } from './local-wal';
import { parseLsn } from './lsn';
import type { NodeContext, Source } from './node-options';
import { checkpointPeer, fetchHistory } from './peer-queries';
import { isStopped } from './postmaster';
import { PEER_ROLE } from './roles';
import { compareHistories, type Comparison, type TimelineHistory } from './timeline-history';
import { endLeftoverTools, mustRun } from './tool';

export interface BranchComparison {
  comparison: Comparison;
  local: TimelineHistory;
  source: TimelineHistory;
  /** Bytes of local WAL past the fork; an upper bound where that WAL cannot be read. */
  discardedBytes: number;
  /**
   * A start as a standby of the source is enough: by pg_control the server was shut down in order before the fork, and by
   * its WAL nothing follows. A server that crashed may hold pages from past the fork, and PostgreSQL would not notice.
   */
  joinsCleanly: boolean;
}

/** R9: compares the branch of this stopped node with the source's, by switches and not by numbers. */
export async function compareWithSource(node: NodeContext, source: Source): Promise<BranchComparison> {
  const local = await readStoppedHistory(node);
  const theirs = await fetchHistory(node, source);
  const comparison = compareHistories(local, theirs);
  const end = await localWalEnd(node, local);
  const discardedBytes = 'forkLsn' in comparison ? bytesBetween(comparison.forkLsn, end.lsn) : 0;
  const shutdownLsn = await readShutdownLsn(node);
  const joinsCleanly =
    comparison.kind === 'ancestor' &&
    shutdownLsn !== null &&
    parseLsn(shutdownLsn) < parseLsn(comparison.forkLsn) &&
    end.exact &&
    discardedBytes === 0;
  return { comparison, local, source: theirs, discardedBytes, joinsCleanly };
}

/** A rewind that was begun and not ended: the data directory is a mixture and only a new copy helps. */
export const isRewindUnfinished = async (node: NodeContext): Promise<boolean> =>
  (await readIfPresent(node.paths.rewinding)) !== undefined;

export interface Rewound {
  forkLsn: string;
  discardedBytes: number;
  /** Where the WAL that the rewind discarded is kept. */
  keptIn: string;
}

/**
 * Takes a stopped node back to the fork and makes it a standby of the source's branch (R9). Throws Permanent when
 * branches cannot be told apart by WAL or have nothing in common: then a new copy is needed.
 */
export async function rewindTo(
  node: NodeContext,
  source: Source,
  { epoch, timeoutMs }: { epoch: number; timeoutMs: number },
): Promise<Rewound> {
  if (!isStopped(node)) throw new Permanent('node-running', 'a running node is not rewound');
  if (await isRewindUnfinished(node)) throw new Permanent('rewind-unfinished', 'an earlier rewind was not finished');
  await endLeftoverTools(node);
  await checkpointPeer(node, source);
  const { comparison, discardedBytes, source: before } = await compareWithSource(node, source);
  if (!('forkLsn' in comparison)) {
    throw new Permanent('rewind-impossible', `the branches are ${comparison.kind}: only a new copy is safe`);
  }
  const { forkLsn } = comparison;
  const keptIn = await keepWal(node, { epoch, fromLsn: forkLsn });
  await durableWrite(node.paths.rewinding, JSON.stringify({ epoch, source, forkLsn }));
  const server = `${conninfo(node, { ...source, role: PEER_ROLE, applicationName: 'tandem_rewind' })} dbname=postgres`;
  const args = ['-D', node.paths.data, `--source-server=${server}`, `--config-file=${node.paths.mainConf}`];
  await mustRun(node, 'pg_rewind', args, timeoutMs);
  const after = await fetchHistory(node, source);
  if (compareHistories(before, after).kind !== 'same') {
    throw new Permanent('source-changed', 'the source changed its branch during the rewind');
  }
  await markStandby(node);
  await durableRemove(node.paths.rewinding);
  return { forkLsn, discardedBytes, keptIn };
}
