import type { InstanceView, NodeView, TopologyRecord } from '@tandem/contracts';
import type { HostState } from '@tandem/lifecycle';
import { driverHints, endpointView } from './connection-strings';
import { instanceStatus, StatusFacts } from './instance-status';

export interface InstanceFacts {
  readonly state: StatusFacts['state'];
  /** The version of its stream. */
  readonly revision: number;
  readonly record: TopologyRecord | null;
  readonly topologyLive: boolean;
  hostState(hostId: string): HostState;
}

/** One instance as the API shows it, made of its life cycle, its topology record and what is known of its hosts. */
export function instanceView({ state, revision, record, topologyLive, hostState }: InstanceFacts): InstanceView {
  const { spec, plan, instanceId } = state;
  const node = (nodeId: string | undefined): NodeView | null => {
    const place = nodeId === undefined ? undefined : plan.nodes[nodeId];
    return nodeId && place ? { nodeId, hostId: place.hostId, zone: place.zone } : null;
  };
  const gone = state.status === 'failed';
  const primary = gone ? null : node(record?.primary ?? plan.primary);
  const other = Object.keys(plan.nodes).find((nodeId) => nodeId !== primary?.nodeId);
  const secondary = gone ? null : node(other);
  return {
    id: instanceId,
    name: spec.name,
    edition: spec.edition,
    zones: spec.zones,
    status: instanceStatus({ state, record, primaryHost: primary?.hostId ? hostState(primary.hostId) : 'unknown' }),
    mode: record?.mode ?? null,
    primary,
    secondary: secondary && { ...secondary, hidden: true },
    epoch: record?.epoch ?? null,
    syncSet: record?.syncSet ?? [],
    topology: topologyLive ? 'live' : 'stale',
    account: spec.account,
    database: spec.database,
    endpoints: {
      session: endpointView(spec, plan.endpointHosts, { port: plan.sessionPort, pooled: false }),
      pooled: endpointView(spec, plan.endpointHosts, { port: plan.pooledPort, pooled: true }),
    },
    hints: driverHints,
    createdAt: state.status === 'available' ? state.createdAt : null,
    requestedAt: state.requestedAt,
    tags: { ...state.tags },
    deletionProtection: state.deletionProtection,
    revision,
    ...(state.status === 'failed' ? { problem: state.problem } : {}),
  };
}
