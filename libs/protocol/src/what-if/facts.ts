import { HostId, NodeId } from '@tandem/contracts';
import { AgentFacts } from '../agent.facts';
import { ConsentFacts } from '../consent.table';
import { EndpointFacts } from '../endpoint.table';
import { FailoverFacts } from '../failover.table';
import { otherNode } from '../record';
import { timings } from '../timings';
import { ABSENT_MS, SWITCHOVER_WITHDRAW_MS } from './prior';
import { attached, hostOf, linked, reachesStore, sessionSilent, Stage } from './stage';

/** What the orchestrator would know at this moment. */
export function failoverFactsOn(stage: Stage): FailoverFacts {
  const { record, consent, nowMs, recordSinceMs, situation } = stage;
  const other = otherNode(record, record.primary);
  const stands = consent !== null && consent.recordId === record.id && nowMs < consent.untilMs;
  return {
    state: record.state,
    handOverKind: record.handOver?.kind ?? 'none',
    synced: record.syncSet.length > 0,
    primarySilent: sessionSilent(stage, hostOf(stage, record.primary)),
    otherSilent: other ? sessionSilent(stage, hostOf(stage, other)) : 'unknown',
    otherHasData: other !== undefined && record.incarnations[other] !== undefined,
    consent: stands ? consent.kind : 'none',
    promotionStuck: nowMs - recordSinceMs > timings.promotionDeadline ? 'yes' : 'no',
    storeTrusted: situation.storeTrusted,
  };
}

/** What the agent of the other node would know when it is asked to consent. */
export function consentFactsOn(stage: Stage, nodeId: NodeId): ConsentFacts {
  const { record, nodes } = stage;
  const node = nodes[nodeId];
  const primary = nodes[record.primary];
  const hosts = [hostOf(stage, record.primary), hostOf(stage, nodeId)] as const;
  const answers = primary.running && linked(stage, ...hosts);
  const switching = record.handOver?.kind === 'switchover' && sessionSilent(stage, hosts[0]) !== 'yes';
  return {
    kind: record.state === 'open' ? 'silence' : switching ? 'switchover' : 'hand-over',
    sameVersion: true,
    state: record.state,
    handOverKind: record.handOver?.kind ?? 'none',
    named: record.primary === nodeId,
    inSyncSet: record.syncSet.includes(nodeId) && record.incarnations[nodeId] === node.incarnation,
    data: node.data,
    running: node.running,
    consistent: node.accepting && node.following ? 'yes' : 'no',
    streamSilent: !answers && stage.nowMs >= silenceShowsAtMs(stage) ? 'yes' : 'no',
    probeFailed: answers ? 'no' : 'yes',
    cutLately: stage.nowMs < node.silenceCutInMs,
    pastShutdown: linked(stage, ...hosts) ? 'yes' : 'no',
  };
}

/** A dead postmaster closes its connections; a silent host closes none. */
const silenceShowsAtMs = (stage: Stage): number =>
  stage.nodes[stage.record.primary].closed ? ABSENT_MS : timings.silent;

/**
 * What the agent of a node would know. What heals a pair (restore, rejoin) is left out by leaving its evidence unknown:
 * it takes as long as it takes, and no answer counts on it.
 */
export function agentFactsOn(stage: Stage, nodeId: NodeId): AgentFacts {
  const { record, nowMs, recordSinceMs } = stage;
  const node = stage.nodes[nodeId];
  const bound = record.handOver?.kind === 'switchover' ? SWITCHOVER_WITHDRAW_MS : timings.withdrawAfter;
  return {
    state: record.state,
    handOverKind: record.handOver?.kind ?? 'none',
    named: record.primary === nodeId,
    paired: otherNode(record, nodeId) !== undefined,
    synced: record.syncSet.length > 0,
    fresh: true,
    doubt: false,
    data: node.data,
    running: node.running,
    stoppedCleanly: false,
    fullDisk: 'no',
    gray: false,
    accepting: node.accepting,
    gate: node.gate,
    confirmed: node.confirmed,
    names: node.names,
    secondary: secondaryAsSeenBy(stage, nodeId),
    recoveryFlushed: node.accepting && node.names === 'set' && attached(stage),
    evidence: 'none',
    peerAtEpoch: 'unknown',
    fenceDue: !reachesStore(stage, hostOf(stage, nodeId)) && nowMs >= timings.fence,
    withdrawDue: record.state === 'handed-over' && nowMs - recordSinceMs >= bound,
    probeOnDisk: node.accepting,
    switchover: false,
    cut: node.cut,
    consentValid: nowMs < node.consentUntilMs,
    following: node.following,
    // R3: who is in syncSet streams on the branch.
    branchKnown: true,
    onBranch: attached(stage),
    affirmed: 'unknown',
    lineage: 'unknown',
  };
}

/** The primary's view of its secondary, as if commits were waiting for it. */
function secondaryAsSeenBy(stage: Stage, nodeId: NodeId): AgentFacts['secondary'] {
  const { record, nodes, nowMs } = stage;
  const other = otherNode(record, nodeId);
  if (nodeId !== record.primary || other === undefined) return 'unsure';
  if (attached(stage)) return 'attached';
  // Its own end, or its own cut, closes the connection at once.
  if (nodes[other].closed || nodes[other].cut) return 'closed';
  return nowMs >= timings.degradeAfter ? 'silent' : 'unsure';
}

/** What the agent of an endpoint host would know. */
export function endpointFactsOn(stage: Stage, hostId: HostId): EndpointFacts {
  const { record, nodes } = stage;
  const { pointedAt, leading } = stage.endpoints[hostId];
  const asked = reachesStore(stage, hostOf(stage, record.primary));
  return {
    state: record.state,
    pointed: pointedAt?.epoch === record.epoch && pointedAt.primary === record.primary,
    leading,
    gateOpen: asked && nodes[record.primary].gate === 'open' ? 'yes' : 'no',
    paused: false,
    pauseOver: false,
  };
}
