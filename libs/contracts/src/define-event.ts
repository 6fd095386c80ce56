import { z } from 'zod';

/** One definition gives an event its type, its check on write and read, its stream and its subject. */
export interface EventDefinition<T extends string = string, D extends z.ZodType = z.ZodType> {
  readonly type: T;
  readonly schemaVersion: number;
  /** The category of the stream it stands in; the stream is `<category>:<id>`. */
  readonly category: 'allocation' | 'instance' | 'topology' | 'operation' | 'host';
  readonly summary: string;
  readonly data: D;
}

export function defineEvent<T extends string, D extends z.ZodType>(
  definition: EventDefinition<T, D>,
): EventDefinition<T, D> {
  return definition;
}

export type DataOf<E> = E extends EventDefinition<string, infer D> ? z.infer<D> : never;
