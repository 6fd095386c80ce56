import { TopologyRecord } from '@tandem/contracts';

/**
 * The id under which one failover is told by everybody: agents, orchestrator, endpoints, events. For a switchover the
 * operation's, else the id of the version that was left, so that it is known before the first decision of the failover
 * is written down. It stands in the record until the pair is whole again; of a whole pair it is the version's own id.
 */
export const failoverIdOf = ({ correlationId, id }: Pick<TopologyRecord, 'correlationId' | 'id'>): string =>
  correlationId ?? id;

/** A version that makes the pair whole again ends the story, and still belongs to it. */
export const failoverIdOfVersion = (from: TopologyRecord | null, to: TopologyRecord): string =>
  to.correlationId ?? from?.correlationId ?? to.id;

/** Nothing is left to tell of: the record is open and whoever is to hold everything does. */
export const isWhole = ({ state, edition, syncSet }: Pick<TopologyRecord, 'state' | 'edition' | 'syncSet'>): boolean =>
  state === 'open' && (edition === 'basic' || syncSet.length > 0);
