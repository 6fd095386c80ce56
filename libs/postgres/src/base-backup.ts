import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { durableRemove, durableWrite } from '@tandem/host';
import { Permanent } from '@tandem/platform';
import { conninfo } from './conninfo';
import { adoptNewData } from './initdb';
import type { NodeContext, Source } from './node-options';
import { isStopped } from './postmaster';
import { replicationRole } from './roles';
import { endLeftoverTools, mustRun } from './tool';

/** The mark of a standby inside PGDATA: a node that carries it never starts read-write by itself. */
export const standbySignal = (node: NodeContext): string => join(node.paths.data, 'standby.signal');

export async function markStandby(node: NodeContext): Promise<void> {
  await durableWrite(standbySignal(node), '', { owner: node.user });
}

/**
 * Replaces the node's data by a copy of the source, as a standby. It logs in under a name of its own, so that names
 * can never be satisfied by a copy in progress (R3). The node must be stopped.
 */
export async function copyFrom(node: NodeContext, source: Source, timeoutMs: number): Promise<void> {
  if (!isStopped(node)) throw new Permanent('node-running', 'a running node is not replaced by a copy');
  await endLeftoverTools(node);
  await rm(node.paths.newData, { recursive: true, force: true });
  const role = replicationRole(node.nodeId);
  const from = conninfo(node, { ...source, role, applicationName: `basebackup_${node.nodeId}` });
  const args = ['-d', from, '-D', node.paths.newData, '-X', 'stream', '--checkpoint=fast', '--no-password'];
  await mustRun(node, 'pg_basebackup', args, timeoutMs);
  // In the copy, before it takes the place of the data: what appears by the rename is a standby already.
  await durableWrite(join(node.paths.newData, 'standby.signal'), '', { owner: node.user });
  await adoptNewData(node);
  await durableRemove(node.paths.rewinding);
}
