import { Branch, HostId, NodeId, TopologyRecord } from '@tandem/contracts';
import { AgentAction } from '../agent.facts';
import { decideAgent } from '../agent.table';
import { decideConsent } from '../consent.table';
import { decideEndpoint } from '../endpoint.table';
import { decideFailover } from '../failover.table';
import { confirmed, degraded, handedOver, otherNode, promoted, VersionStamp } from '../record';
import { Verdict } from '../table';
import { timings } from '../timings';
import { agentFactsOn, consentFactsOn, endpointFactsOn, failoverFactsOn } from './facts';
import { priorMs } from './prior';
import { hostOf, NodeOnStage, reachesStore, serviceLost, Stage } from './stage';

type Move = Stage | null;

/** After a step by `by`, which took that long. */
const told = (stage: Stage, by: string, verdict: Verdict<string>, tookMs: number): Stage => ({
  ...stage,
  nowMs: stage.nowMs + tookMs,
  path: [...stage.path, { atMs: stage.nowMs + tookMs, by, ...verdict }],
});

const stampOf = (stage: Stage, by: string, { row, because }: Verdict<string>): VersionStamp => ({
  id: `rehearsed-${stage.versions.length}`,
  decision: { row, because, by, at: '', facts: {} },
});

function written(stage: Stage, record: TopologyRecord): Stage {
  const same = record.state === stage.record.state && record.epoch === stage.record.epoch;
  const recordSinceMs = same ? stage.recordSinceMs : stage.nowMs;
  return { ...stage, record, recordSinceMs, versions: [...stage.versions, record] };
}

const changed = (stage: Stage, nodeId: NodeId, change: Partial<NodeOnStage>): Stage => ({
  ...stage,
  nodes: { ...stage.nodes, [nodeId]: { ...stage.nodes[nodeId], ...change } },
});

/** The orchestrator's next step, or null when it has none. */
export function orchestratorMoves(stage: Stage): Move {
  if (serviceLost(stage, 'failover-orchestrator') || serviceLost(stage, 'nats')) return null;
  const verdict = decideFailover(failoverFactsOn(stage));
  switch (verdict.action) {
    case 'ask-consent':
      return consentAsked(stage);
    case 'cas-promote':
    case 'cas-way-back':
      return epochBegun(stage, verdict);
    case 'tell-waiting':
      // It is told once for each version and row.
      return stage.path.some(({ row }) => row === verdict.row) ? null : told(stage, 'orchestrator', verdict, 0);
    default:
      return null;
  }
}

function epochBegun(stage: Stage, verdict: Verdict<string>): Move {
  const to = otherNode(stage.record, stage.record.primary);
  if (to === undefined) return null;
  const next = promoted(stage.record, stampOf(stage, 'orchestrator', verdict), to);
  return { ...written(told(stage, 'orchestrator', verdict, priorMs.cas), next), consent: null };
}

/** Asks the other node's agent, which decides by its own table; one that does not answer has refused. */
function consentAsked(stage: Stage): Move {
  const { record } = stage;
  const nodeId = otherNode(record, record.primary);
  if (nodeId === undefined) return null;
  const hostId = hostOf(stage, nodeId);
  // A refusal stands until something has changed: the next moment at which anything can.
  const refused: Stage = { ...stage, consent: { recordId: record.id, kind: 'refused', untilMs: stage.nowMs + 1 } };
  if (!stage.nodes[nodeId].agent || !reachesStore(stage, hostId)) return refused;
  const facts = consentFactsOn(stage, nodeId);
  const verdict = decideConsent(facts);
  if (verdict.action !== 'cut-and-consent')
    return stage.path.some(({ row }) => row === verdict.row) ? refused : told(refused, hostId, verdict, 0);
  const tookMs = priorMs.cut + (facts.kind === 'silence' ? priorMs.probe : 0);
  const after = changed(told(stage, hostId, verdict, tookMs), nodeId, {
    cut: true,
    consentUntilMs: stage.nowMs + tookMs + timings.consentExpiry,
  });
  const untilMs = stage.nowMs + timings.consentExpiry - 2 * timings.casTimeout;
  return { ...after, consent: { recordId: record.id, kind: 'given', untilMs } };
}

/** What one agent does next for its node, or null: nothing, or nothing that it can do now. */
export function agentMoves(stage: Stage, nodeId: NodeId): Move {
  const node = stage.nodes[nodeId];
  if (!node.agent) return null;
  const hostId = hostOf(stage, nodeId);
  const verdict = decideAgent(agentFactsOn(stage, nodeId));
  if (verdict.action.startsWith('cas-') && !reachesStore(stage, hostId)) return null;
  const effect = agentEffects[verdict.action];
  return effect ? effect(stage, nodeId, verdict) : null;
}

type Effect = (stage: Stage, nodeId: NodeId, verdict: Verdict<AgentAction>) => Stage;

/** Places nothing hangs on: the branch of a rehearsal is never compared with another. */
const branchOf = ({ record }: Stage): Branch => ({ epoch: record.epoch, timeline: record.epoch, switchLsn: '0/0' });

const step = (stage: Stage, nodeId: NodeId, verdict: Verdict<AgentAction>, tookMs: number): Stage =>
  told(stage, hostOf(stage, nodeId), verdict, tookMs);

const stops: Effect = (stage, nodeId, verdict) =>
  changed(step(stage, nodeId, verdict, 0), nodeId, {
    running: false,
    accepting: false,
    gate: 'closed',
    confirmed: false,
    acceptsFromMs: null,
  });

/** Starts beside everything else: it accepts connections some time later. */
const starts: Effect = (stage, nodeId, verdict) =>
  changed(step(stage, nodeId, verdict, 0), nodeId, {
    running: true,
    accepting: false,
    gate: 'closed',
    confirmed: false,
    cut: false,
    acceptsFromMs: stage.nowMs + priorMs.recover,
  });

const self = (stage: Stage, nodeId: NodeId) => ({
  incarnation: stage.nodes[nodeId].incarnation ?? stage.record.incarnations[nodeId] ?? 'rehearsed',
  branch: branchOf(stage),
});

/** What an action changes; one that is not here changes nothing that an answer counts on. */
const agentEffects: Partial<Record<AgentAction, Effect>> = {
  'stop-immediate': stops,
  'stop-fast': stops,
  'stop-retired': stops,
  'start-gated': starts,
  'start-standby': starts,
  'cas-hand-over': (stage, nodeId, verdict) => {
    const after = step(stage, nodeId, verdict, priorMs.noticeDeath + priorMs.cas);
    const handOver = { kind: 'fault', reason: 'postmaster-died' } as const;
    return written(after, handedOver(stage.record, stampOf(stage, nodeId, verdict), handOver));
  },
  'cas-confirm': (stage, nodeId, verdict) => {
    const after = step(stage, nodeId, verdict, priorMs.cas);
    const next = confirmed(stage.record, stampOf(stage, nodeId, verdict), self(stage, nodeId));
    return changed(written(after, next), nodeId, { confirmed: true });
  },
  'cas-degrade': (stage, nodeId, verdict) => {
    const after = step(stage, nodeId, verdict, priorMs.cas);
    const next = degraded(stage.record, stampOf(stage, nodeId, verdict), self(stage, nodeId));
    // R2: names are cleared after the degrade's success, here and nowhere else.
    return changed(written(after, next), nodeId, { confirmed: true, names: 'clear' });
  },
  'open-gate': (stage, nodeId, verdict) =>
    changed(step(stage, nodeId, verdict, priorMs.openGate), nodeId, { gate: 'open' }),
  cut: (stage, nodeId, verdict) => changed(step(stage, nodeId, verdict, priorMs.cut), nodeId, { cut: true }),
  promote: (stage, nodeId, verdict) =>
    changed(step(stage, nodeId, verdict, priorMs.promote), nodeId, {
      data: 'primary',
      cut: false,
      streaming: false,
      following: false,
      names: 'clear',
      gate: 'closed',
      confirmed: false,
    }),
  reattach: (stage, nodeId, verdict) => changed(step(stage, nodeId, verdict, 0), nodeId, { cut: false }),
};

/** What an endpoint does next, or null. */
export function endpointMoves(stage: Stage, hostId: HostId): Move {
  if (!reachesStore(stage, hostId)) return null;
  const verdict = decideEndpoint(endpointFactsOn(stage, hostId));
  const put = (after: Stage, endpoint: Stage['endpoints'][string]): Stage => ({
    ...after,
    endpoints: { ...after.endpoints, [hostId]: endpoint },
  });
  if (verdict.action === 'park') return put(told(stage, hostId, verdict, 0), { pointedAt: null, leading: false });
  if (verdict.action !== 'repoint') return null;
  const { epoch, primary } = stage.record;
  return put(told(stage, hostId, verdict, priorMs.repoint), { pointedAt: { epoch, primary }, leading: true });
}
