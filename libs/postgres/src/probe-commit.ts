import { connectAgent, using } from './connection';
import type { NodeContext } from './node-options';

const MESSAGE = `pg_logical_emit_message(true, 'tandem', 'probe')`;

/**
 * A commit that leaves nothing behind, takes no lock and is replicated like any other: a transactional logical message
 * gives the transaction an id, so its commit record is flushed, and waits for the names, without touching a table.
 */
export const PROBE_COMMIT = `SELECT ${MESSAGE}`;

/** The same, but it waits for nobody except the disk of this node. */
export const LOCAL_PROBE_COMMIT = `SELECT set_config('synchronous_commit', 'local', true), ${MESSAGE}`;

/** A commit that reaches the disk of this node without waiting for anybody (R7). */
export const localProbeCommit = (node: NodeContext, boundMs = 2_000): Promise<unknown> =>
  using(connectAgent(node), (session) => session.query(LOCAL_PROBE_COMMIT, [], boundMs));
