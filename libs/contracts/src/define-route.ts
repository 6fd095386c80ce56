import { z } from 'zod';
import type { ProblemCode } from './problems';

/** Each role may do what the ones before it may; `open` needs no token. */
export type RouteRole = 'open' | 'viewer' | 'operator' | 'admin';

export interface ReplyDefinition {
  readonly summary: string;
  readonly body: z.ZodType;
  /** `application/json` without it. */
  readonly type?: 'application/json' | 'text/event-stream' | 'text/plain';
  /** Another form of the same, for whoever asks for it: content type -> what it holds. */
  readonly also?: Readonly<Record<string, string>>;
  /** Header -> what it holds. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One route of the HTTP API: what may be sent, what comes back, who may ask. */
export interface RouteDefinition {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As OpenAPI writes it, parameters in braces. A change that breaks clients is a new path, /v2. */
  readonly path: string;
  readonly role: RouteRole;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** An optional schema for a body that may be left out. */
  readonly body?: z.ZodType;
  readonly replies: Readonly<Record<number, ReplyDefinition>>;
  /** Besides those that every route of its kind can give: `problemsOf`. */
  readonly problems: readonly ProblemCode[];
}

export function defineRoute(definition: RouteDefinition): RouteDefinition {
  return definition;
}

/** Every problem that a route can answer with. */
export function problemsOf({ method, role, query, body, headers, problems }: RouteDefinition): ProblemCode[] {
  const token: ProblemCode[] =
    role === 'open' ? [] : ['unauthenticated', 'token-expired', 'forbidden', 'rate-limited', 'unavailable'];
  const keyed: ProblemCode[] = method === 'GET' ? [] : ['idempotency-key-reused', 'request-in-progress'];
  // A key may be invalid where nothing else can.
  const input: ProblemCode[] = query || headers || body || method !== 'GET' ? ['invalid-request'] : [];
  const sent: ProblemCode[] = ['malformed-body', ...(body ? (['body-too-large'] as const) : [])];
  return [...new Set([...token, ...keyed, ...sent, ...input, ...problems, 'internal' as const])];
}
