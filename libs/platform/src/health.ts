import { createServer, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transient } from './errors';
import type { MetricBook } from './metrics';

export interface Health {
  readonly ok: boolean;
  /** One word or sentence for each thing that was looked at. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Answers GET /healthz with 200 or 503 and the checks as JSON, and GET /metrics for Prometheus; for services without an
 * HTTP server of their own.
 */
export async function serveHealth(
  port: number,
  health: () => Health,
  { metrics, address = '127.0.0.1' }: { readonly metrics?: MetricBook; readonly address?: string } = {},
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') return answerHealth(response, health());
    if (request.url === '/metrics' && metrics) return void answerMetrics(response, metrics);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Transient('port-taken', `port ${port} on ${address} cannot be bound`, { cause })),
    );
    server.listen(port, address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerHealth(response: ServerResponse, state: Health): void {
  response.writeHead(state.ok ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify(state));
}

async function answerMetrics(response: ServerResponse, metrics: MetricBook): Promise<void> {
  try {
    const text = await metrics.render();
    response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text);
  } catch {
    // A scrape that fails shows as a gap, which is what there is to know.
    response.writeHead(503).end();
  }
}
