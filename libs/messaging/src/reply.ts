import { Failure, Permanent, Transient, UnknownOutcome, type Rejection, type Result } from '@tandem/platform';

/** What travels back. `thrown` tells a failure of the responder from a refusal; the requester throws it again. */
export type Reply =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly rejection: Rejection;
      readonly thrown?: 'transient' | 'unknown-outcome' | 'permanent';
      readonly retryAfterMs?: number;
    };

/** A fault of the responder's own code is not described to others; its log has it. */
export function replyOfFailure(error: unknown): Reply {
  if (!(error instanceof Failure) || error.kind === 'invariant-violation') {
    const rejection = { code: 'internal', detail: 'The responder had a fault of its own; see its log' };
    return { ok: false, rejection, thrown: 'permanent' };
  }
  const rejection = { code: error.code, detail: error.message, params: error.params };
  const retry = error instanceof Transient ? { retryAfterMs: error.retryAfterMs } : {};
  return { ok: false, rejection, thrown: error.kind, ...retry };
}

/** Turns the reply into a value, or throws what the responder threw. */
export function resultOfReply(reply: Reply): Result<unknown> {
  if (reply.ok || reply.thrown === undefined) return reply;
  const { code, detail, params } = reply.rejection;
  const options = params ? { params } : {};
  if (reply.thrown === 'transient') {
    throw new Transient(code, detail, { ...options, retryAfterMs: reply.retryAfterMs ?? 200 });
  }
  if (reply.thrown === 'unknown-outcome') throw new UnknownOutcome(code, detail, options);
  throw new Permanent(code, detail, options);
}
