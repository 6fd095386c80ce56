import type { InstancePlan } from '@tandem/contracts';
import type { RecordLook } from './creation-steps';
import type { StepOutcome } from './step-outcome';

/** How long the end of a deletion waits until the history of the record is logged; a later sweep removes the rest. */
export const RECORD_LOGGED_BOUND_MS = 30_000;

/** The steps that are recorded, in their order: of a deletion, and of a creation that is taken back. */
export const deletionSteps = [
  'retire the record',
  'release nodes and endpoints',
  'log the record',
  'remove the record',
] as const;

export type DeletionEffect =
  | { readonly do: 'release-endpoint'; readonly hostId: string }
  | { readonly do: 'retire-record' }
  | { readonly do: 'release-node'; readonly nodeId: string }
  | { readonly do: 'remove-record' };

export interface DeletionLook {
  readonly plan: InstancePlan;
  readonly record: RecordLook;
  readonly releasedEndpoints: ReadonlySet<string>;
  readonly releasedNodes: ReadonlySet<string>;
  /** R11: a version is removed only when the event log has it; unknown counts as no (R14). */
  readonly recordLogged: boolean;
  /** Since nothing but the record was left; null while something else is. */
  readonly onlyRecordLeftMs: number | null;
}

/** One step of a deletion, and of taking back a creation that failed: the same things have to go. */
export function nextDeletionStep(look: DeletionLook): StepOutcome<DeletionEffect> {
  const { record, plan } = look;
  if (record === 'unknown') return { next: 'wait', step: 'look at the record', until: 'the record store answers' };
  const endpoints: DeletionEffect[] = plan.endpointHosts
    .filter(({ hostId }) => !look.releasedEndpoints.has(hostId))
    .map(({ hostId }) => ({ do: 'release-endpoint', hostId }));
  if (record !== 'absent' && record.state !== 'retired') {
    return { next: 'call', step: 'retire the record', effects: [...endpoints, { do: 'retire-record' }] };
  }
  const nodes: DeletionEffect[] = Object.keys(plan.nodes)
    .filter((nodeId) => !look.releasedNodes.has(nodeId))
    .map((nodeId) => ({ do: 'release-node', nodeId }));
  if (endpoints.length + nodes.length > 0) {
    return { next: 'call', step: 'release nodes and endpoints', effects: [...endpoints, ...nodes] };
  }
  if (record === 'absent') return { next: 'finish', step: 'deleted' };
  if (look.recordLogged) return { next: 'call', step: 'remove the record', effects: [{ do: 'remove-record' }] };
  if ((look.onlyRecordLeftMs ?? 0) > RECORD_LOGGED_BOUND_MS) return { next: 'finish', step: 'deleted' };
  return { next: 'wait', step: 'log the record', until: 'the event log has the last version' };
}
