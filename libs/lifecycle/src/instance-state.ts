import type { InstancePlan, InstanceSpec } from '@tandem/contracts';
import type { Refusal } from './refusal';

interface Known {
  readonly instanceId: string;
  readonly spec: InstanceSpec;
  readonly plan: InstancePlan;
  /** ISO-8601 UTC, from the event log. */
  readonly requestedAt: string;
}

/** An instance as its events tell it; a field exists only where it means something. */
export type InstanceState =
  | { readonly status: 'absent' }
  | (Known & { readonly status: 'creating'; readonly operationId: string })
  | (Known & { readonly status: 'available'; readonly createdAt: string })
  | (Known & { readonly status: 'failed'; readonly problem: Pick<Refusal, 'detail'> & { code: string } })
  | (Known & { readonly status: 'deleting'; readonly operationId: string })
  | { readonly status: 'deleted'; readonly instanceId: string; readonly deletedAt: string };

export const absentInstance: InstanceState = { status: 'absent' };

export interface InstanceEvent {
  readonly type: string;
  readonly data: unknown;
  /** ISO-8601 UTC. */
  readonly at: string;
}

interface AnyData {
  instanceId: string;
  operationId: string;
  spec: InstanceSpec;
  plan: InstancePlan;
  problem: { code: string; detail: string };
}

/** Total: an event that does not fit the state leaves it as it is. */
export function evolveInstance(state: InstanceState, event: InstanceEvent): InstanceState {
  const data = event.data as AnyData;
  if (event.type === 'InstanceCreationRequested' && state.status === 'absent') {
    const { instanceId, operationId, spec, plan } = data;
    return { status: 'creating', instanceId, operationId, spec, plan, requestedAt: event.at };
  }
  if (state.status === 'absent' || state.status === 'deleted') return state;
  const { instanceId, spec, plan, requestedAt } = state;
  const known = { instanceId, spec, plan, requestedAt };
  switch (event.type) {
    case 'InstanceCreated':
      return { ...known, status: 'available', createdAt: event.at };
    case 'InstanceCreationFailed':
      return { ...known, status: 'failed', problem: data.problem };
    case 'InstanceDeletionRequested':
      return { ...known, status: 'deleting', operationId: data.operationId };
    case 'InstanceDeleted':
      return { status: 'deleted', instanceId, deletedAt: event.at };
    default:
      return state;
  }
}
