import type { HistoryView, NodeView } from '@tandem/contracts';
import type { InstanceMoment } from '@tandem/lifecycle';
import { instanceStatus } from '../read-model/instance-status';

/** A moment in the words of the API; the status is told by the same function as that of the present. */
export function historyView(instanceId: string, { instance, topology, ...moment }: InstanceMoment): HistoryView {
  const told = {
    position: moment.position,
    at: moment.at,
    id: instanceId,
    operations: [...moment.operations],
    epoch: topology?.record.epoch ?? null,
    syncSet: topology?.record.syncSet ?? [],
    topology: topology && {
      revision: topology.revision,
      recordId: topology.record.id,
      state: topology.record.state,
      row: topology.record.decision.row,
    },
  };
  if (instance.status === 'absent' || instance.status === 'deleted') {
    return { ...told, name: null, status: instance.status, spec: null, primary: null, secondary: null };
  }
  const { spec, plan } = instance;
  const record = topology?.record ?? null;
  const node = (nodeId: string | undefined): NodeView | null => {
    const place = nodeId === undefined ? undefined : plan.nodes[nodeId];
    return nodeId && place ? { nodeId, hostId: place.hostId, zone: place.zone } : null;
  };
  const primary = record?.primary ?? plan.primary;
  return {
    ...told,
    name: spec.name,
    // What was believed of hosts is no event: a silent one shows once somebody has decided on it.
    status: instanceStatus({ state: instance, record, primaryHost: 'unknown' }),
    spec,
    primary: node(primary),
    secondary: node(Object.keys(plan.nodes).find((nodeId) => nodeId !== primary)),
  };
}
