import type { ClientBase, Pool } from 'pg';
import { type EventDefinition, streams } from '@tandem/contracts';
import { type Bus, consume, type ConsumeOptions, type Consumption } from '@tandem/messaging';
import { fromCloudEvent } from './cloud-event';
import { inTransaction } from './control-pool';
import { EventRegistry } from './event-registry';
import { claimMessage, forgetOldClaims } from './inbox';
import type { StoredEvent } from './stored-event';

type PassedOn = Pick<ConsumeOptions, 'filter' | 'ackWaitMs' | 'maxAckPending' | 'onDead' | 'onError'>;

export interface ConsumeEventsOptions extends PassedOn {
  readonly bus: Bus;
  readonly pool: Pool;
  /** Names the durable on the server and the claims in the inbox; copies of one name share the work. */
  readonly consumer: string;
  readonly registry?: readonly EventDefinition[];
  /** What it does by `client` happens once for each event; anything else may happen again after a crash. */
  readonly handler: (event: StoredEvent, client: ClientBase) => Promise<void>;
}

const claimsBetweenSweeps = 10_000;

/**
 * Consumes the stream of events with one effect per event: the claim in the inbox and the effect are one transaction,
 * and the acknowledgement follows it. A crash in between brings the event again, and the claim is found.
 */
export function consumeEvents(options: ConsumeEventsOptions): Consumption {
  const { bus, pool, consumer, handler, filter, ackWaitMs, maxAckPending, onDead, onError } = options;
  const registry = new EventRegistry(options.registry);
  let claims = 0;
  const handle = (event: StoredEvent): Promise<void> =>
    inTransaction(pool, `event ${event.position} for ${consumer}`, async (client) => {
      if (claims++ % claimsBetweenSweeps === 0) await forgetOldClaims(client);
      if (await claimMessage(client, consumer, event.id)) await handler(event, client);
    });
  return consume(bus, {
    stream: streams.events,
    durable: consumer,
    handler: ({ body }) => handle(registry.current(fromCloudEvent(body))),
    ...(filter === undefined ? {} : { filter }),
    ...(ackWaitMs === undefined ? {} : { ackWaitMs }),
    ...(maxAckPending === undefined ? {} : { maxAckPending }),
    ...(onDead === undefined ? {} : { onDead }),
    ...(onError === undefined ? {} : { onError }),
  });
}
