import { z } from 'zod';

/**
 * What is said on NATS without being asked, and is no event. An **observation** is someone's view, perhaps stale: it
 * expires and is not stored. A **notice** waits in a stream until it has become an event. A **record** is the truth
 * itself: the last message on its subject.
 */
export interface MessageDefinition<D extends z.ZodType = z.ZodType> {
  readonly kind: 'observation' | 'notice' | 'record';
  readonly name: string;
  readonly schemaVersion: number;
  readonly subject: string;
  readonly summary: string;
  readonly data: D;
  readonly example: z.infer<D>;
}

export function defineMessage<D extends z.ZodType>(definition: MessageDefinition<D>): MessageDefinition<D> {
  return definition;
}
