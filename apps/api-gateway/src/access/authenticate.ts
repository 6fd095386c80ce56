import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import { Rate, RateLimiter } from './rate-limiter';
import { allows, roleOf } from './route-roles';
import type { Caller, TokenBook } from './token-book';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose token it is; null on paths that need none. */
    caller: Caller | null;
  }
}

export interface AccessParts {
  readonly book: TokenBook;
  readonly limiter: RateLimiter;
  /** Of one token. */
  readonly rate: Rate;
}

/** Those who show no valid token share this, by address: enough for a mistake, too little to try tokens out. */
const STRANGER_SHARE = 0.1;

/** Runs before the body is read, and for paths without a route too: who is it, not too often, and may they. */
export function authenticate({ book, limiter, rate }: AccessParts) {
  const strangers = { perSecond: rate.perSecond * STRANGER_SHARE, burst: rate.burst * STRANGER_SHARE };
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<void> => {
    const needed = roleOf(request.method, request.routeOptions.url);
    if (needed === 'open') return;
    const verdict = book.look(presentedToken(request));
    const waitMs = verdict.known
      ? limiter.take(verdict.caller.id, rate)
      : limiter.take(`address:${request.ip}`, strangers);
    if (waitMs > 0) {
      const retryAfterMs = Math.ceil(waitMs);
      throw new Problem('rate-limited', `The next request may come in ${retryAfterMs} ms.`, {
        params: { retryAfterMs },
      });
    }
    if (!verdict.known && verdict.because === 'expired') throw new Problem('token-expired', 'The token has expired.');
    if (!verdict.known) {
      throw new Problem('unauthenticated', 'The request shows no token, or one that is not valid.');
    }
    if (!allows(verdict.caller.role, needed)) {
      const detail = `This needs the role ${needed}; the token has the role ${verdict.caller.role}.`;
      throw new Problem('forbidden', detail, { params: { role: needed } });
    }
    request.caller = verdict.caller;
  };
}

function presentedToken(request: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}
