import type { InstancePlan, InstanceSpec } from '@tandem/contracts';
import type { StepOutcome } from './step-outcome';

/** The default, measured from InstanceCreationRequested; a creation takes some seconds when all hosts live. */
export const CREATION_DEADLINE_MS = 120_000;

/** The steps that are recorded, in their order. */
export const creationSteps = [
  'create the record',
  'assign nodes and endpoints',
  'open the primary',
  'create account and database',
  'attach the secondary',
] as const;

/** What the creation of this edition goes through: Basic has no secondary to attach. */
export const creationStepsOf = (edition: InstanceSpec['edition']): readonly string[] =>
  edition === 'ha' ? creationSteps : creationSteps.slice(0, -1);

export type CreationEffect =
  | { readonly do: 'create-record' }
  | { readonly do: 'assign-node'; readonly nodeId: string }
  | { readonly do: 'assign-endpoint'; readonly hostId: string }
  | { readonly do: 'ensure-account'; readonly nodeId: string };

/** What of a topology record a workflow has to know; `unknown` = the store did not answer. */
export type RecordLook =
  'unknown' | 'absent' | { readonly state: string; readonly primary: string; readonly syncSet: readonly string[] };

export interface CreationLook {
  readonly spec: InstanceSpec;
  readonly plan: InstancePlan;
  readonly record: RecordLook;
  /** Acknowledged by the agents in this life of the manager; all of it may be sent again. */
  readonly assignedNodes: ReadonlySet<string>;
  readonly assignedEndpoints: ReadonlySet<string>;
  readonly accountEnsured: boolean;
  /** The latest reason an effect did not succeed, for whoever reads the failure. */
  readonly lastFailure: string | null;
  readonly ageMs: number;
  readonly deadlineMs: number;
}

/** One step of a creation; the caller carries out the effects, looks again and asks again. */
export function nextCreationStep(look: CreationLook): StepOutcome<CreationEffect> {
  const step = progress(look);
  if (step.next === 'finish' || step.next === 'fail' || look.ageMs < look.deadlineMs) return step;
  const reason = look.lastFailure ? ` The last failure: ${look.lastFailure}.` : '';
  const detail = `Not created within ${look.deadlineMs / 1000} s; it stood at "${step.step}".${reason}`;
  return { next: 'fail', step: step.step, problem: { code: 'unavailable', detail } };
}

function progress(look: CreationLook): StepOutcome<CreationEffect> {
  const { record, plan } = look;
  if (record === 'unknown') return { next: 'wait', step: 'look at the record', until: 'the record store answers' };
  // R1 Creation: created only where there is none, never overwritten.
  if (record === 'absent') return { next: 'call', step: 'create the record', effects: [{ do: 'create-record' }] };
  if (record.state === 'retired') {
    const detail = 'The creation was given up before.';
    return { next: 'fail', step: 'give up', problem: { code: 'unavailable', detail } };
  }
  const nodes = Object.keys(plan.nodes).filter((nodeId) => !look.assignedNodes.has(nodeId));
  const endpoints = plan.endpointHosts.filter(({ hostId }) => !look.assignedEndpoints.has(hostId));
  const assignments: CreationEffect[] = [
    ...nodes.map((nodeId) => ({ do: 'assign-node' as const, nodeId })),
    ...endpoints.map(({ hostId }) => ({ do: 'assign-endpoint' as const, hostId })),
  ];
  if (assignments.length > 0) return { next: 'call', step: 'assign nodes and endpoints', effects: assignments };
  return afterAssignment(look, record);
}

function afterAssignment(
  look: CreationLook,
  record: Exclude<RecordLook, 'unknown' | 'absent'>,
): StepOutcome<CreationEffect> {
  if (record.state !== 'open') return { next: 'wait', step: 'open the primary', until: 'the record is open' };
  if (!look.accountEnsured) {
    const effects: CreationEffect[] = [{ do: 'ensure-account', nodeId: record.primary }];
    return { next: 'call', step: 'create account and database', effects };
  }
  if (look.spec.edition === 'ha' && record.syncSet.length === 0) {
    return { next: 'wait', step: 'attach the secondary', until: 'the secondary is in syncSet' };
  }
  return { next: 'finish', step: 'created' };
}
