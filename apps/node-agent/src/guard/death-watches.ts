import { NodeId } from '@tandem/contracts';
import { ProcessIdentity } from '@tandem/host';
import { PostgresNode } from '@tandem/postgres';

/**
 * Watches the postmasters of a host beside the agent: one that dies while there is no agent must not leave children
 * that show what the secondary does not have.
 */
export class DeathWatches {
  private readonly watched = new Map<NodeId, ProcessIdentity>();

  /** Takes up a postmaster that is not watched yet; a watch ends with its postmaster. */
  async look(nodeId: NodeId, pg: PostgresNode): Promise<void> {
    const identity = await pg.adopt();
    const known = this.watched.get(nodeId);
    if (!identity || (known?.pid === identity.pid && known.startTime === identity.startTime)) return;
    this.watched.set(nodeId, identity);
    pg.watchPostmaster(identity, () => {
      if (this.watched.get(nodeId) === identity) this.watched.delete(nodeId);
    });
  }
}
