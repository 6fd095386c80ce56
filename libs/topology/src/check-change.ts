import { assertInvariant } from '@tandem/platform';
import { CompareAndSet } from './topology-store';

/** R12: each version has an id of its own and names the one it was based on; anything else is a bug of the decider. */
export function checkChange({ based, next }: CompareAndSet): void {
  const basedId = based?.record.id ?? null;
  assertInvariant(next.prevId === basedId, 'topology-prev-id', `prevId ${next.prevId} is not the based id ${basedId}`);
  assertInvariant(next.id !== basedId, 'topology-id-reused', `version ${next.id} reuses the id of the one before`);
  assertInvariant(
    based === null || based.record.instanceId === next.instanceId,
    'topology-instance-changed',
    `a version of ${next.instanceId} cannot be based on one of ${based?.record.instanceId}`,
  );
}
