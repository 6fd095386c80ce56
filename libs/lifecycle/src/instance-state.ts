import type { InstancePlan, InstanceSpec } from '@tandem/contracts';
import type { Refusal } from './refusal';

interface Known {
  readonly instanceId: string;
  readonly spec: InstanceSpec;
  readonly plan: InstancePlan;
  /** ISO-8601 UTC, from the event log. */
  readonly requestedAt: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly deletionProtection: boolean;
}

type Reason = Pick<Refusal, 'detail'> & { readonly code: string };

/** An instance as its events tell it; a field exists only where it means something. */
export type InstanceState =
  | { readonly status: 'absent' }
  | (Known & {
      readonly status: 'creating';
      readonly operationId: string;
      /** Set once the creation is being taken back: nothing turns it round again. */
      readonly givenUp: Reason | null;
    })
  | (Known & { readonly status: 'available'; readonly createdAt: string })
  | (Known & { readonly status: 'failed'; readonly problem: Reason })
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
  to: string;
  tags: Record<string, string>;
}

/** Total: an event that does not fit the state leaves it as it is. */
export function evolveInstance(state: InstanceState, event: InstanceEvent): InstanceState {
  const data = event.data as AnyData;
  if (event.type === 'InstanceCreationRequested' && state.status === 'absent') {
    const { instanceId, operationId, spec, plan } = data;
    const settings = { tags: {}, deletionProtection: false };
    return {
      status: 'creating',
      instanceId,
      operationId,
      spec,
      plan,
      ...settings,
      requestedAt: event.at,
      givenUp: null,
    };
  }
  if (state.status === 'absent' || state.status === 'deleted') return state;
  const { instanceId, spec, plan, requestedAt, tags, deletionProtection } = state;
  const known = { instanceId, spec, plan, requestedAt, tags, deletionProtection };
  switch (event.type) {
    case 'InstanceCreated':
      return { ...known, status: 'available', createdAt: event.at };
    case 'InstanceCreationFailed':
      return { ...known, status: 'failed', problem: data.problem };
    case 'InstanceDeletionRequested':
      return { ...known, status: 'deleting', operationId: data.operationId };
    case 'InstanceDeleted':
      return { status: 'deleted', instanceId, deletedAt: event.at };
    case 'InstanceCreationGivenUp':
      return state.status === 'creating' ? { ...state, givenUp: data.problem } : state;
    case 'InstanceRenamed':
      return { ...state, spec: { ...spec, name: data.to } };
    case 'InstanceTagged':
      return { ...state, tags: data.tags };
    case 'DeletionProtectionTurnedOn':
      return { ...state, deletionProtection: true };
    case 'DeletionProtectionTurnedOff':
      return { ...state, deletionProtection: false };
    default:
      return state;
  }
}
