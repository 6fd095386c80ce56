import type { HostView, TopologyRecord } from '@tandem/contracts';
import type { InstanceState, KnownHost } from '@tandem/lifecycle';

type Present = Exclude<InstanceState, { status: 'absent' | 'deleted' }>;

/** Each host with what lies on it; the roles of nodes are those of the topology records. */
export function hostViews(
  hosts: readonly KnownHost[],
  instances: readonly Present[],
  recordOf: (instanceId: string) => TopologyRecord | null,
): HostView[] {
  // A creation that failed has left nothing behind.
  const standing = instances.filter(({ status }) => status !== 'failed');
  return hosts.map(({ hostId, zone, roles, address, state }) => ({
    id: hostId,
    zone,
    roles,
    address,
    state,
    nodes: standing.flatMap((instance) => nodesOn(hostId, instance, recordOf(instance.instanceId))),
    endpoints: standing
      .filter(({ plan }) => plan.endpointHosts.some((host) => host.hostId === hostId))
      .map(({ spec }) => spec.name),
  }));
}

function nodesOn(hostId: string, { plan, spec }: Present, record: TopologyRecord | null): HostView['nodes'] {
  const primary = record?.primary ?? plan.primary;
  return Object.entries(plan.nodes)
    .filter(([, place]) => place.hostId === hostId)
    .map(([nodeId]) => ({ nodeId, instance: spec.name, role: nodeId === primary ? 'primary' : 'secondary' }));
}
