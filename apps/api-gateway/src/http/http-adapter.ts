import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Logger, MetricBook } from '@tandem/platform';
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { countRequests } from '../metrics/count-requests';
import { Problem, problemDocument } from './problem';
import { refuseNul } from './refuse-nul';
import { sendProblem } from './send-problem';

const BODY_LIMIT_BYTES = 64 * 1024;
/** Of one request, from its first byte: a client that sends a byte now and then holds no connection for ever. */
const REQUEST_LIMIT_MS = 10_000;

/** Fastify, so that every refusal is a problem document: also those that no handler and no filter ever sees. */
export function httpAdapter(access: onRequestAsyncHookHandler, logger: Logger, metrics: MetricBook): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_LIMIT_MS,
    forceCloseConnections: true,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, logger),
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket),
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      // A request without a body may still name its content type; what needs a body says so itself.
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch (cause) {
      done(new Problem('malformed-body', 'The body is not JSON.', { cause }));
    }
  });
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('seed', null);
  fastify.addHook('onRequest', access);
  fastify.addHook('preHandler', refuseNul);
  fastify.addHook('onResponse', countRequests(metrics));
  return adapter;
}

/** What is no HTTP request at all gets its answer on the bare socket. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  // What comes after an answer that closes the connection gets none: two answers to one request would be one too many.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const problem = new Problem('malformed-body', 'This is not a readable HTTP request.');
  const document = problemDocument(problem, '', randomUUID());
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}\r\ncontent-type: application/problem+json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
