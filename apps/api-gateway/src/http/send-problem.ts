import type { Logger } from '@tandem/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemDocument, problemOf } from './problem';

/** Problems after which the same request may come again in a moment. */
const waits: ReadonlySet<string> = new Set(['unavailable', 'rate-limited', 'request-in-progress']);

/** Whole seconds, at least one: the header has no finer unit. */
const secondsOf = (ms: unknown): number => Math.max(1, Math.ceil(typeof ms === 'number' ? ms / 1_000 : 1));

/** Answers with a problem document; what is our fault is logged with the trace id that the document names. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const problem = problemOf(error);
  const path = request.url.split('?')[0];
  const document = problemDocument(problem, path, request.id);
  if (document.status >= 500) {
    const level = problem.code === 'internal' ? 'error' : 'warn';
    logger[level]({ err: problem.more.cause ?? problem, traceId: request.id, path }, 'A request was not carried out');
  }
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const retryAfterMs = problem.more.params?.retryAfterMs;
  if (waits.has(problem.code)) void reply.header('retry-after', String(secondsOf(retryAfterMs)));
  if (document.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(document.status)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(document)));
}
