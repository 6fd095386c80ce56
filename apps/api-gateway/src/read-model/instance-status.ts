import type { InstanceStatus, TopologyRecord } from '@tandem/contracts';
import type { HostState, InstanceState } from '@tandem/lifecycle';

export interface StatusFacts {
  readonly state: Exclude<InstanceState, { status: 'absent' | 'deleted' }>;
  readonly record: TopologyRecord | null;
  readonly primaryHost: HostState;
}

/** What a user is told about an instance. A doubt about the host alone does not call a serving primary unavailable. */
export function instanceStatus({ state, record, primaryHost }: StatusFacts): InstanceStatus {
  if (state.status !== 'available') return state.status;
  if (!record) return 'unavailable';
  switch (record.state) {
    case 'retired':
      return 'deleting';
    case 'promoting':
      return 'failing-over';
    case 'handed-over':
      return promotable(record) ? 'failing-over' : 'unavailable';
    case 'open':
      if (primaryHost === 'silent') return promotable(record) ? 'failing-over' : 'unavailable';
      return record.edition === 'ha' && !promotable(record) ? 'degraded' : 'available';
  }
}

const promotable = (record: TopologyRecord): boolean => record.syncSet.length > 0;
