import type { z } from 'zod';
import type { Msg } from 'nats';
import { InvariantViolation, rejected, type Result } from '@tandem/platform';
import { type Bus, json } from './bus';
import { Deadline, DEADLINE_HEADER } from './deadline';
import { replyOfFailure, type Reply } from './reply';

export interface ServeOptions {
  /** Copies of a service share a queue group: each request goes to one of them. */
  readonly queue?: string;
  /**
   * Refuses what arrives after its deadline (Transient `deadline-passed`). Not for agents: the clocks of hosts and
   * services are not compared in the course of a failover.
   */
  readonly refuseLate?: boolean;
  /** Hears what a handler threw, for the log. */
  readonly onError?: (error: unknown, subject: string) => void;
}

/** What a handler learns besides the request itself. */
export interface RequestContext {
  readonly subject: string;
  /** Of the requester; null where it named none. */
  readonly deadline: Deadline | null;
}

type Handler<S extends z.ZodType> = (request: z.infer<S>, context: RequestContext) => Promise<Result<unknown>>;

export interface Served {
  /** Takes no new requests and waits for those under way. */
  stop(): Promise<void>;
}

/**
 * Answers requests on `subject`; several run at a time. A malformed request is refused with `invalid-message`; what the
 * handler throws goes back to the requester by kind. An InvariantViolation is thrown on and ends the process.
 */
export function serve<S extends z.ZodType>(
  bus: Bus,
  subject: string,
  options: ServeOptions,
  schema: S,
  handler: Handler<S>,
): Served {
  const underWay = new Set<Promise<void>>();
  const answer = async (message: Msg): Promise<void> => {
    const reply = await handle(message, options, schema, handler).catch((error: unknown) => {
      options.onError?.(error, message.subject);
      if (error instanceof InvariantViolation) raise(error);
      return replyOfFailure(error);
    });
    message.respond(json.encode(reply));
  };
  const subscription = bus.nc.subscribe(subject, {
    ...(options.queue ? { queue: options.queue } : {}),
    callback: (error, message) => {
      if (error) {
        options.onError?.(error, subject);
        return;
      }
      const work = answer(message).catch((failure: unknown) => options.onError?.(failure, message.subject));
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
  });
  return {
    stop: async () => {
      if (!bus.nc.isClosed()) await subscription.drain();
      await Promise.all(underWay);
    },
  };
}

async function handle<S extends z.ZodType>(
  message: Msg,
  { refuseLate = false }: ServeOptions,
  schema: S,
  handler: Handler<S>,
): Promise<Reply> {
  const text = message.headers?.get(DEADLINE_HEADER);
  const deadline = text ? Deadline.parse(text) : null;
  if (text && !deadline) return rejected('invalid-message', `The header ${DEADLINE_HEADER} is not readable`);
  if (refuseLate) deadline?.expectAhead();
  let body: unknown;
  try {
    body = json.decode(message.data);
  } catch {
    return rejected('invalid-message', 'The request is not JSON');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return handler(parsed.data, { subject: message.subject, deadline });
  const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return rejected('invalid-message', 'The request does not fit its schema', { fields });
}

/** Out of the promise chain, so that nothing but the process itself can catch it. */
function raise(error: InvariantViolation): void {
  setImmediate(() => {
    throw error;
  });
}
