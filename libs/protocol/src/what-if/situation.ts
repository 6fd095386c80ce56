import { HostId, InstanceId, Loss, NodeId, TopologyRecord, whatIfServices } from '@tandem/contracts';
import { AgentFacts } from '../agent.facts';
import { Fact } from '../table';

/** What a node's own agent says of it; the words are those of the agent's facts. */
export interface NodeSituation {
  readonly data: AgentFacts['data'];
  readonly running: boolean;
  readonly accepting: boolean;
  readonly gate: AgentFacts['gate'];
  readonly confirmed: boolean;
  readonly names: AgentFacts['names'];
  /** Its WAL receiver streams from the primary of the record. */
  readonly streaming: boolean;
  readonly incarnation: string | null;
  /** R4 (c): how long until it may cut its stream for silence again. */
  readonly silenceCutInMs: number;
}

/** One instance as it is now: what the rehearsal begins with. */
export interface Situation {
  readonly record: TopologyRecord;
  /** Every host that the instance lies on, with the health-monitor's fact about its session. */
  readonly hosts: Readonly<Record<HostId, { readonly zone: string; readonly silent: Fact }>>;
  readonly endpointHosts: readonly HostId[];
  /** null: the agent does not answer (R14: such a node is not counted on). */
  readonly nodes: Readonly<Record<NodeId, NodeSituation | null>>;
  /** How far the secondary is behind by the nodes' own words; null where they do not tell. */
  readonly lagBytes: number | null;
  readonly storeTrusted: boolean;
}

/** How a loss is named in events and on the command line. */
export function nameOfLoss(loss: Loss): string {
  switch (loss.kind) {
    case 'host':
      return `host ${loss.hostId}`;
    case 'zone':
      return `zone ${loss.zone}`;
    case 'process':
      return `process ${loss.nodeId}`;
    case 'link':
      return `link ${loss.from}-${loss.to}`;
    case 'service':
      return `service ${loss.service}`;
  }
}

/** Everything that one instance could lose, each by itself. */
export function lossesOf({ record, hosts }: Situation): Loss[] {
  const ids = Object.keys(hosts).sort();
  const nodeHosts = Object.values(record.nodes).map(({ hostId }) => hostId);
  const zones = [...new Set(ids.map((hostId) => hosts[hostId].zone))].sort();
  const [from, to] = nodeHosts;
  return [
    ...ids.map((hostId): Loss => ({ kind: 'host', hostId })),
    ...zones.map((zone): Loss => ({ kind: 'zone', zone })),
    ...Object.keys(record.nodes).map((nodeId): Loss => ({ kind: 'process', nodeId })),
    ...(to ? [{ kind: 'link', from, to } as const] : []),
    ...ids.map((hostId): Loss => ({ kind: 'link', from: hostId, to: 'nats' })),
    ...whatIfServices.map((service): Loss => ({ kind: 'service', service })),
  ];
}

/** One failover of this installation, as its FailoverCompleted tells: the material of the times that are expected. */
export interface MeasuredFailover {
  readonly instanceId: InstanceId;
  /** The row that decided the promotion. */
  readonly row: string;
  readonly durationMs: number;
}
