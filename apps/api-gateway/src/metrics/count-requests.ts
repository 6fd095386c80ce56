import { metrics } from '@tandem/contracts';
import type { MetricBook } from '@tandem/platform';
import type { onResponseHookHandler } from 'fastify';

/** Counts by the route's pattern, never by the path: what a client asks for must not make new series. */
export function countRequests(book: MetricBook): onResponseHookHandler {
  return (request, reply, done) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none' };
    book.add(metrics.httpRequests, { ...labels, status: String(reply.statusCode) });
    book.observe(metrics.httpDuration, labels, reply.elapsedTime / 1_000);
    done();
  };
}
