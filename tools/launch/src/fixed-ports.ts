import { createServer } from 'node:net';
import { Permanent } from '@tandem/platform';

/** Throws Permanent that names the first port which another program has, and how to choose others. */
export async function checkPortsFree(ports: { port: number; purpose: string }[], portBase: number): Promise<void> {
  for (const { port, purpose } of ports) {
    if (await isFree(port)) continue;
    throw new Permanent(
      'port-taken',
      `Port ${port} (${purpose}) is taken by another program. Free it, or choose other ports with TANDEM_PORT_BASE, ` +
        `such as: TANDEM_PORT_BASE=${portBase === 8400 ? 9400 : 8400} npm start`,
    );
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
