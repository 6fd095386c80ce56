import { z } from 'zod';
import type { RefusalCode } from './problems';

/** A NATS request: a command may be refused and changes something, a query changes nothing. */
export interface RequestDefinition<Q extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType> {
  readonly kind: 'command' | 'query';
  /** Raised like an event's; requesters and services of one installation may differ by one version while it is upgraded. */
  readonly schemaVersion: number;
  readonly summary: string;
  readonly request: Q;
  readonly reply: A;
  /** Besides `invalid-message`, which every request can get. */
  readonly refusals: readonly RefusalCode[];
  readonly example: z.input<Q>;
}

export function defineRequest<Q extends z.ZodType, A extends z.ZodType>(
  definition: Omit<RequestDefinition<Q, A>, 'schemaVersion'> & { readonly schemaVersion?: number },
): RequestDefinition<Q, A> {
  return { schemaVersion: 1, ...definition };
}
