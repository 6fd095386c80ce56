import { statfs } from 'node:fs/promises';
import { logTail } from './postmaster';
import type { NodeContext } from './node-options';

/** Two WAL segments: with less than this PostgreSQL neither starts nor goes on. */
export const FULL_BELOW_BYTES = 32 * 1024 * 1024;
/** Room for a recovery's checkpoint and some seconds of writing, so that a start is worth it. */
export const GROWN_FROM_BYTES = 96 * 1024 * 1024;

const LOG_LOOKED_AT = 20_000;

/** What PostgreSQL, which is not root, can still write on the disk of its data directory. */
export async function freeBytes(node: NodeContext): Promise<number> {
  const { bavail, bsize } = await statfs(node.paths.data);
  return bavail * bsize;
}

/**
 * Whether a node that does not run any more ended for want of space: by PostgreSQL's own word since its last start, or
 * because there is none. A WAL segment that could not be made is removed again, so free space alone does not tell.
 */
export async function endedForWantOfSpace(node: NodeContext): Promise<boolean> {
  const sinceStart = (await logTail(node, LOG_LOOKED_AT)).split(/starting PostgreSQL/).at(-1) ?? '';
  return sinceStart.includes('No space left on device') || (await freeBytes(node)) < FULL_BELOW_BYTES;
}
