import { chmodSync, chownSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { rejected } from '@tandem/platform';
import { OsUser } from './settings';
import { DrillRequest, DrillTarget, runDrill } from './drills';

/**
 * The drills on a Unix socket, for the time when NATS itself is down: each line `{verb, ...request}` is answered by a
 * line `{ok, result | rejection}`. Only root and the platform's user may connect. Returns the end of it.
 */
export async function serveDrillSocket(path: string, user: OsUser, target: DrillTarget): Promise<() => void> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      void answer(target, line).then((reply) => socket.writable && socket.write(`${JSON.stringify(reply)}\n`));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  if (process.getuid?.() === 0) chownSync(path, user.uid, user.gid);
  return () => server.close();
}

async function answer(target: DrillTarget, line: string): Promise<object> {
  try {
    const { verb, ...request } = JSON.parse(line) as DrillRequest & { verb: string };
    return await runDrill(target, verb, request);
  } catch (error) {
    return rejected('drill-refused', (error as Error).message);
  }
}
