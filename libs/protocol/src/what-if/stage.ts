import { HostId, Loss, NodeId, RehearsedStep, TopologyRecord } from '@tandem/contracts';
import { otherNode } from '../record';
import { Fact } from '../table';
import { timings } from '../timings';
import { priorMs } from './prior';
import { NodeSituation, Situation } from './situation';

/** A node while the rehearsal goes on. */
export interface NodeOnStage extends NodeSituation {
  /** Its agent is there to act for it. */
  readonly agent: boolean;
  readonly cut: boolean;
  readonly consentUntilMs: number;
  readonly following: boolean;
  /** Its PostgreSQL died under a living host, which closes its connections at once. */
  readonly closed: boolean;
  readonly acceptsFromMs: number | null;
}

export interface EndpointOnStage {
  readonly pointedAt: { readonly epoch: number; readonly primary: NodeId } | null;
  readonly leading: boolean;
}

/** The whole of a rehearsal at one moment; `nowMs` is counted from the loss. */
export interface Stage {
  readonly situation: Situation;
  readonly lost: Loss;
  readonly nowMs: number;
  readonly record: TopologyRecord;
  /** When the record came to its present state and epoch. */
  readonly recordSinceMs: number;
  readonly versions: readonly TopologyRecord[];
  readonly nodes: Readonly<Record<NodeId, NodeOnStage>>;
  readonly endpoints: Readonly<Record<HostId, EndpointOnStage>>;
  readonly consent: { readonly recordId: string; readonly kind: 'given' | 'refused'; readonly untilMs: number } | null;
  readonly path: readonly RehearsedStep[];
  /** Since when clients have been served without a break; null while they are not. */
  readonly servedSinceMs: number | null;
}

export function hostOf({ record }: Pick<Stage, 'record'>, nodeId: NodeId): HostId {
  return record.nodes[nodeId].hostId;
}

export function hostLost({ situation, lost }: Pick<Stage, 'situation' | 'lost'>, hostId: HostId): boolean {
  if (situation.hosts[hostId]?.silent === 'yes') return true;
  if (lost.kind === 'host') return lost.hostId === hostId;
  return lost.kind === 'zone' && situation.hosts[hostId]?.zone === lost.zone;
}

export const serviceLost = ({ lost }: Pick<Stage, 'lost'>, service: string): boolean =>
  lost.kind === 'service' && lost.service === service;

/** Whether an agent on that host reaches the record store. */
export function reachesStore(stage: Pick<Stage, 'situation' | 'lost'>, hostId: HostId): boolean {
  const { lost } = stage;
  const cut = lost.kind === 'link' && lost.to === 'nats' && lost.from === hostId;
  return !cut && !serviceLost(stage, 'nats') && !hostLost(stage, hostId);
}

/** Whether two hosts that live reach each other. */
export function linked(stage: Pick<Stage, 'situation' | 'lost'>, a: HostId, b: HostId): boolean {
  const { lost } = stage;
  const cut = lost.kind === 'link' && [lost.from, lost.to].includes(a) && [lost.from, lost.to].includes(b);
  return !cut && !hostLost(stage, a) && !hostLost(stage, b);
}

/** The health-monitor's fact at this moment; R14: without an observer, or without the store, it is unknown. */
export function sessionSilent(stage: Stage, hostId: HostId): Fact {
  const before = stage.situation.hosts[hostId]?.silent ?? 'unknown';
  if (serviceLost(stage, 'health-monitor') || serviceLost(stage, 'nats') || before === 'unknown') return 'unknown';
  if (before === 'yes') return 'yes';
  return !reachesStore(stage, hostId) && stage.nowMs >= timings.suspect ? 'yes' : 'no';
}

/** Whether the standby's receiver is fed by the primary of the record. */
export function attached(stage: Stage): boolean {
  const { record, nodes } = stage;
  const other = otherNode(record, record.primary);
  if (other === undefined) return false;
  const { running, streaming, cut } = nodes[other];
  const fed = nodes[record.primary].running && running && streaming && !cut;
  return fed && linked(stage, hostOf(stage, record.primary), hostOf(stage, other));
}

/** Clients get their commits acknowledged through an endpoint. */
export function serves(stage: Stage): boolean {
  const { record, nodes, endpoints } = stage;
  const primary = nodes[record.primary];
  const there = record.state === 'open' && primary.running && primary.accepting && primary.gate === 'open';
  const released = record.syncSet.length === 0 ? primary.names === 'clear' || attached(stage) : attached(stage);
  return there && released && Object.keys(endpoints).some((hostId) => leads(stage, hostId));
}

function leads(stage: Stage, hostId: HostId): boolean {
  const { record, endpoints } = stage;
  const { pointedAt } = endpoints[hostId];
  const right = pointedAt?.epoch === record.epoch && pointedAt.primary === record.primary;
  return right && linked(stage, hostId, hostOf(stage, record.primary));
}

/** The moment of the loss: the situation with one fact changed. */
export function opening(situation: Situation, lost: Loss): Stage {
  const { record } = situation;
  const nodes = Object.keys(record.nodes).map((nodeId) => [nodeId, onStage(situation, lost, nodeId)] as const);
  const pointedAt = record.state === 'open' ? { epoch: record.epoch, primary: record.primary } : null;
  const living = situation.endpointHosts.filter((hostId) => !hostLost({ situation, lost }, hostId));
  return {
    situation,
    lost,
    nowMs: 0,
    record,
    recordSinceMs: 0,
    versions: [record],
    nodes: Object.fromEntries(nodes),
    endpoints: Object.fromEntries(living.map((hostId) => [hostId, { pointedAt, leading: pointedAt !== null }])),
    consent: null,
    path: [],
    servedSinceMs: null,
  };
}

const absent: NodeSituation = {
  data: 'none',
  running: false,
  accepting: false,
  gate: 'closed',
  confirmed: false,
  names: 'clear',
  streaming: false,
  incarnation: null,
  silenceCutInMs: 0,
};

function onStage(situation: Situation, lost: Loss, nodeId: NodeId): NodeOnStage {
  const { record } = situation;
  const told = situation.nodes[nodeId] ?? inOthersWords(situation, nodeId);
  const gone = hostLost({ situation, lost }, record.nodes[nodeId].hostId);
  const died = gone || (lost.kind === 'process' && lost.nodeId === nodeId);
  return {
    ...told,
    ...(died ? { running: false, accepting: false, gate: 'closed', confirmed: false, streaming: false } : {}),
    agent: !gone && situation.nodes[nodeId] !== null,
    cut: false,
    consentUntilMs: -1,
    following: told.data === 'standby',
    closed: died && !gone && told.running,
    acceptsFromMs: told.running && !told.accepting && !died ? priorMs.recover : null,
  };
}

/** R10: the death of an agent is not the death of its database: a primary that feeds the secondary serves. */
function inOthersWords({ record, nodes }: Situation, nodeId: NodeId): NodeSituation {
  const other = otherNode(record, nodeId);
  const fed = nodeId === record.primary && other !== undefined && nodes[other]?.streaming === true;
  if (!fed) return absent;
  const names = record.syncSet.length > 0 ? 'set' : 'clear';
  return { ...absent, data: 'primary', running: true, accepting: true, gate: 'open', names };
}
