import { headers } from 'nats';
import type { z } from 'zod';
import { Permanent, Transient, type Result } from '@tandem/platform';
import { type Bus, json } from './bus';
import { busError } from './bus-error';
import { Deadline, DEADLINE_HEADER } from './deadline';
import { type Reply, resultOfReply } from './reply';

export interface RequestOptions<S extends z.ZodType> {
  readonly timeoutMs: number;
  /** Checks the result of an accepted request; a result that does not fit is Permanent `invalid-reply`. */
  readonly reply?: S;
}

/**
 * Asks and waits for one reply. A refusal is a value. Throws Transient `no-responder` or `bus-disconnected` (nothing
 * was sent), UnknownOutcome when no answer came in time, and what the responder itself threw.
 */
export async function request<S extends z.ZodType = z.ZodUnknown>(
  bus: Bus,
  subject: string,
  body: unknown,
  options: RequestOptions<S>,
): Promise<Result<z.infer<S>>> {
  // While disconnected the client would buffer the request and send it long after nobody waits for it any more.
  if (!bus.connected) throw new Transient('bus-disconnected', `${subject}: NATS is away`);
  const header = headers();
  header.set(DEADLINE_HEADER, String(Deadline.in(options.timeoutMs)));
  const sending = { timeout: options.timeoutMs, headers: header };
  const message = await bus.nc.request(subject, json.encode(body), sending).catch((cause) => {
    throw busError(cause, subject);
  });
  const outcome = resultOfReply(decode(message.data, subject));
  if (!outcome.ok || !options.reply) return outcome as Result<z.infer<S>>;
  const parsed = options.reply.safeParse(outcome.result);
  if (!parsed.success)
    throw new Permanent('invalid-reply', `${subject}: the reply is not valid`, { cause: parsed.error });
  return { ok: true, result: parsed.data };
}

function decode(data: Uint8Array, subject: string): Reply {
  try {
    const reply = json.decode(data) as Reply;
    if (reply.ok === true || typeof reply.rejection.code === 'string') return reply;
  } catch {
    // Falls through to the same complaint.
  }
  throw new Permanent('invalid-reply', `${subject}: the reply is not a reply`);
}
