import type { InstancePlan, InstanceSpec, ProblemCode } from '@tandem/contracts';
import type { InstanceState } from './instance-state';
import { decided, Decided, refused } from './refusal';

export type InstanceCommand =
  | { do: 'request-creation'; instanceId: string; operationId: string; spec: InstanceSpec; plan: InstancePlan }
  | { do: 'complete-creation' }
  | { do: 'fail-creation'; problem: { code: ProblemCode; detail: string } }
  | { do: 'request-deletion'; operationId: string }
  | { do: 'complete-deletion' };

export interface NewInstanceEvent {
  readonly type:
    | 'InstanceCreationRequested'
    | 'InstanceCreated'
    | 'InstanceCreationFailed'
    | 'InstanceDeletionRequested'
    | 'InstanceDeleted';
  readonly data: Record<string, unknown>;
}

/** The life cycle's rules. A command that has been carried out already is answered with no events. */
export function decideInstance(command: InstanceCommand, state: InstanceState): Decided<NewInstanceEvent[]> {
  switch (command.do) {
    case 'request-creation':
      return requestCreation(command, state);
    case 'complete-creation':
      return completion(state, 'creating', 'InstanceCreated', {});
    case 'fail-creation':
      return completion(state, 'creating', 'InstanceCreationFailed', { problem: command.problem });
    case 'request-deletion':
      return requestDeletion(command.operationId, state);
    case 'complete-deletion':
      return completion(state, 'deleting', 'InstanceDeleted', {});
  }
}

function requestCreation(
  { instanceId, operationId, spec, plan }: Extract<InstanceCommand, { do: 'request-creation' }>,
  state: InstanceState,
): Decided<NewInstanceEvent[]> {
  if (state.status !== 'absent') return decided([]);
  return decided([{ type: 'InstanceCreationRequested', data: { instanceId, operationId, spec, plan } }]);
}

function completion(
  state: InstanceState,
  from: 'creating' | 'deleting',
  type: NewInstanceEvent['type'],
  more: Record<string, unknown>,
): Decided<NewInstanceEvent[]> {
  if (state.status !== from) return decided([]);
  const { instanceId, operationId } = state;
  return decided([{ type, data: { instanceId, operationId, ...more } }]);
}

function requestDeletion(operationId: string, state: InstanceState): Decided<NewInstanceEvent[]> {
  if (state.status === 'absent' || state.status === 'deleted') {
    return refused('instance-unknown', 'The instance does not exist.');
  }
  if (state.status === 'creating' || state.status === 'deleting') {
    const detail = `The instance is ${state.status} (operation ${state.operationId}).`;
    return refused('operation-in-progress', detail, { operationId: state.operationId });
  }
  return decided([{ type: 'InstanceDeletionRequested', data: { instanceId: state.instanceId, operationId } }]);
}
