import { z } from 'zod';
import { subjects } from './subjects';

/**
 * A fact, never refused. One definition gives an event its type, its check on write and read, its stream and subject,
 * its page in docs/generated/events.md and its place in the compatibility snapshot.
 */
export interface EventDefinition<T extends string = string, D extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** Raised when a field is removed, gets another type, or becomes required; `npm run check` demands it. */
  readonly schemaVersion: number;
  /** The category of the stream it stands in; the stream is `<category>:<id>`. */
  readonly category: 'allocation' | 'instance' | 'topology' | 'operation' | 'host' | 'what-if' | 'access' | 'alert';
  readonly summary: string;
  readonly data: D;
  readonly example: z.infer<D>;
  /** Where subscribers find it; `{id}` is the id of the stream. */
  readonly subject: string;
  /**
   * What makes an event of an earlier version one of the next, for every version from 1 on; its place in the list is
   * its version. A stored example of each version is replayed by a test (libs/event-log/examples).
   */
  readonly upcasts?: readonly Upcast[];
}

/** Pure and total over every event of its version that was ever written. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

export function defineEvent<T extends string, D extends z.ZodType>(
  definition: Omit<EventDefinition<T, D>, 'subject'>,
): EventDefinition<T, D> {
  return { ...definition, subject: subjects.event(`${definition.category}:{id}`, definition.type) };
}

export type DataOf<E> = E extends EventDefinition<string, infer D> ? z.infer<D> : never;
