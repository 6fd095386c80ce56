import type { InstancePlan, InstanceSpec, InstanceTags, ProblemCode } from '@tandem/contracts';
import type { InstanceState } from './instance-state';
import { decided, Decided, refused } from './refusal';

export type InstanceCommand =
  | { do: 'request-creation'; instanceId: string; operationId: string; spec: InstanceSpec; plan: InstancePlan }
  | { do: 'complete-creation' }
  | { do: 'give-up-creation'; problem: { code: ProblemCode; detail: string } }
  | { do: 'fail-creation' }
  | { do: 'request-deletion'; operationId: string }
  | { do: 'complete-deletion' }
  | ({ do: 'change-settings'; operationId: string } & InstanceSettings);

/** What a user may change of an instance; what is absent stays as it is. */
export interface InstanceSettings {
  readonly name?: string;
  readonly tags?: InstanceTags;
  readonly deletionProtection?: boolean;
}

export interface NewInstanceEvent {
  readonly type:
    | 'InstanceCreationRequested'
    | 'InstanceCreated'
    | 'InstanceCreationGivenUp'
    | 'InstanceCreationFailed'
    | 'InstanceDeletionRequested'
    | 'InstanceDeleted'
    | 'InstanceRenamed'
    | 'InstanceTagged'
    | 'DeletionProtectionTurnedOn'
    | 'DeletionProtectionTurnedOff';
  readonly data: Record<string, unknown>;
}

/** The life cycle's rules. A command that has been carried out already is answered with no events. */
export function decideInstance(command: InstanceCommand, state: InstanceState): Decided<NewInstanceEvent[]> {
  switch (command.do) {
    case 'request-creation':
      return requestCreation(command, state);
    case 'complete-creation':
      return isGivenUp(state) ? decided([]) : completion(state, 'creating', 'InstanceCreated', {});
    case 'give-up-creation':
      if (isGivenUp(state)) return decided([]);
      return completion(state, 'creating', 'InstanceCreationGivenUp', { problem: command.problem });
    case 'fail-creation':
      if (!isGivenUp(state)) return decided([]);
      return completion(state, 'creating', 'InstanceCreationFailed', { problem: state.givenUp });
    case 'request-deletion':
      return requestDeletion(command.operationId, state);
    case 'complete-deletion':
      return completion(state, 'deleting', 'InstanceDeleted', {});
    case 'change-settings':
      return changeSettings(command, state);
  }
}

const isGivenUp = (state: InstanceState): state is Extract<InstanceState, { status: 'creating' }> =>
  state.status === 'creating' && state.givenUp !== null;

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
  const busy = underWay(state);
  if (busy) return busy;
  if (state.deletionProtection) return refused('deletion-protected', `${state.spec.name} is protected from deletion.`);
  return decided([{ type: 'InstanceDeletionRequested', data: { instanceId: state.instanceId, operationId } }]);
}

/** One event for each setting that is different afterwards. */
function changeSettings(
  { operationId, name, tags, deletionProtection }: Extract<InstanceCommand, { do: 'change-settings' }>,
  state: InstanceState,
): Decided<NewInstanceEvent[]> {
  if (state.status === 'absent' || state.status === 'deleted') {
    return refused('instance-unknown', 'The instance does not exist.');
  }
  const busy = underWay(state);
  if (busy) return busy;
  // Its name is free again and may be another's.
  if (state.status === 'failed') return refused('instance-failed', `The creation of ${state.spec.name} failed.`);
  const about = { instanceId: state.instanceId, operationId };
  const events: NewInstanceEvent[] = [];
  if (name !== undefined && name !== state.spec.name) {
    events.push({ type: 'InstanceRenamed', data: { ...about, from: state.spec.name, to: name } });
  }
  if (tags !== undefined && !sameTags(tags, state.tags)) {
    events.push({ type: 'InstanceTagged', data: { ...about, tags } });
  }
  if (deletionProtection !== undefined && deletionProtection !== state.deletionProtection) {
    const type = deletionProtection ? 'DeletionProtectionTurnedOn' : 'DeletionProtectionTurnedOff';
    events.push({ type, data: about });
  }
  return decided(events);
}

function underWay(state: Exclude<InstanceState, { status: 'absent' | 'deleted' }>): Decided<never> | null {
  if (state.status !== 'creating' && state.status !== 'deleting') return null;
  const detail = `The instance is ${state.status} (operation ${state.operationId}).`;
  return refused('operation-in-progress', detail, { operationId: state.operationId });
}

function sameTags(some: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(some);
  return (
    names.length === Object.keys(others).length &&
    names.every((name) => Object.hasOwn(others, name) && others[name] === some[name])
  );
}
