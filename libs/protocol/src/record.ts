import { Branch, Decision, HandOver, NodeId, TopologyRecord } from '@tandem/contracts';
import { failoverIdOf, isWhole } from './failover-id';

/** What each new version needs besides its content: ids and time come in as values, never from here. */
export interface VersionStamp {
  readonly id: string;
  readonly decision: Decision;
}

const version = (from: TopologyRecord, stamp: VersionStamp, change: Partial<TopologyRecord>): TopologyRecord => {
  const next: TopologyRecord = {
    ...from,
    handOver: undefined,
    ...change,
    id: stamp.id,
    prevId: from.id,
    decision: stamp.decision,
  };
  return { ...next, correlationId: isWhole(next) ? undefined : next.correlationId };
};

/** The other node of a pair; undefined for Basic. */
export function otherNode(record: TopologyRecord, node: NodeId): NodeId | undefined {
  return Object.keys(record.nodes).find((candidate) => candidate !== node);
}

/** R1 creation: written once with expected sequence 0. */
export function created(
  base: Pick<TopologyRecord, 'instanceId' | 'edition' | 'mode' | 'primary' | 'nodes'>,
  stamp: VersionStamp,
): TopologyRecord {
  return {
    schemaVersion: 1,
    ...base,
    id: stamp.id,
    prevId: null,
    epoch: 1,
    state: 'promoting',
    syncSet: [],
    incarnations: {},
    branch: null,
    decision: stamp.decision,
  };
}

/** R1, R4 (f), R7, R8: the primary's own CAS; after a promotion it also tells its branch and incarnation. */
export function confirmed(
  from: TopologyRecord,
  stamp: VersionStamp,
  self: { incarnation: string; branch: Branch },
): TopologyRecord {
  return version(from, stamp, {
    state: 'open',
    branch: self.branch,
    incarnations: { ...from.incarnations, [from.primary]: self.incarnation },
  });
}

/** R2, and R7's withdrawal alone: syncSet is emptied and the record is open. */
export function degraded(
  from: TopologyRecord,
  stamp: VersionStamp,
  self: { incarnation: string; branch: Branch },
): TopologyRecord {
  return { ...confirmed(from, stamp, self), syncSet: [], correlationId: failoverIdOf(from) };
}

/** R3: the secondary, in its current incarnation, holds everything that was and will be acknowledged. */
export function restored(
  from: TopologyRecord,
  stamp: VersionStamp,
  secondary: { nodeId: NodeId; incarnation: string },
): TopologyRecord {
  return version(from, stamp, {
    syncSet: [secondary.nodeId],
    incarnations: { ...from.incarnations, [secondary.nodeId]: secondary.incarnation },
  });
}

/** R7, R15: the primary gives up serving; syncSet stays as it is. */
export function handedOver(from: TopologyRecord, stamp: VersionStamp, handOver: HandOver): TopologyRecord {
  return version(from, stamp, {
    state: 'handed-over',
    handOver,
    correlationId: handOver.operationId ?? failoverIdOf(from),
  });
}

/** R12: the newest version, unchanged but for its id. */
export function settled(from: TopologyRecord, stamp: VersionStamp): TopologyRecord {
  return version(from, stamp, { handOver: from.handOver });
}

/** R4 (d) and the way back: the next epoch names the other node, with an empty syncSet, not open yet. */
export function promoted(from: TopologyRecord, stamp: VersionStamp, to: NodeId): TopologyRecord {
  return version(from, stamp, {
    epoch: from.epoch + 1,
    state: 'promoting',
    primary: to,
    syncSet: [],
    handOver: from.handOver,
    correlationId: failoverIdOf(from),
  });
}

/** The end of an instance. */
export function retired(from: TopologyRecord, stamp: VersionStamp): TopologyRecord {
  return version(from, stamp, { state: 'retired', syncSet: [] });
}
