import type { EventLog, StoredEvent, Subscription } from '@tandem/event-log';
import type { Logger } from '@tandem/platform';
import type { InstanceStore } from './instance-store';

/** Fills the store from the first event on; resolves when it has read to the end once. */
export async function followEvents(log: EventLog, store: InstanceStore, logger: Logger): Promise<Subscription> {
  const subscription = log.subscribe({
    name: 'instance-manager',
    from: 0,
    types: [
      'InstanceAllocated',
      'InstanceAllocationReleased',
      'InstanceAllocationRenamed',
      'InstanceCreationRequested',
      'InstanceCreated',
      'InstanceCreationGivenUp',
      'InstanceCreationFailed',
      'InstanceDeletionRequested',
      'InstanceDeleted',
      'InstanceRenamed',
      'InstanceTagged',
      'DeletionProtectionTurnedOn',
      'DeletionProtectionTurnedOff',
      'InstanceChangeCompleted',
    ],
    handler: (event: StoredEvent) => store.apply(event),
    onError: (err) => logger.warn({ err }, 'The event log is away'),
  });
  await subscription.caughtUp;
  store.caughtUp = true;
  return subscription;
}
