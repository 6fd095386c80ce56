import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transient } from './errors';

export interface Health {
  readonly ok: boolean;
  /** One word or sentence for each thing that was looked at. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Answers GET /healthz with 200 or 503 and the checks as JSON; for services without an HTTP server of their own. */
export async function serveHealth(port: number, health: () => Health, address = '127.0.0.1'): Promise<HealthServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const state = health();
    response.writeHead(state.ok ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(state));
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
