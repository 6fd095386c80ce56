import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually } from './eventually';
import { OwnedProcess } from './owned-process';
import type { ServerPlace, TestServer } from './provider';

export interface LocalNats extends TestServer {
  /** Where JetStream keeps its files: copy it while stopped to make a store that goes back. */
  readonly storeDir: string;
  readonly pid: number;
  /** SIGSTOP and SIGCONT freeze and thaw it. */
  signal(signal: NodeJS.Signals): void;
}

/** A nats-server with JetStream on loopback. `config` is appended to its configuration file. */
export async function startLocalNats(place: ServerPlace & { readonly config?: string }): Promise<LocalNats> {
  const storeDir = join(place.dir, 'store');
  const configFile = join(place.dir, 'nats.conf');
  await mkdir(place.dir, { recursive: true });
  const listen = `listen: "127.0.0.1:${place.port}"\njetstream { store_dir: "${storeDir}" }\n`;
  await writeFile(configFile, `${listen}${place.config ?? ''}\n`);
  let server: OwnedProcess | undefined;
  const owned = (): OwnedProcess => {
    if (!server) throw new Error('nats-server is not running');
    return server;
  };
  const start = async (): Promise<void> => {
    const logFile = join(place.dir, 'nats.log');
    server = OwnedProcess.start({ command: 'nats-server', args: ['-c', configFile], logFile });
    await eventually(`nats-server greets on port ${place.port} (see ${logFile})`, () => greets(place.port)).catch(
      async (error: unknown) => {
        await server?.end('SIGKILL');
        throw error;
      },
    );
  };
  await start();
  return {
    url: `nats://127.0.0.1:${place.port}`,
    storeDir,
    get pid() {
      return owned().pid;
    },
    start,
    stop: (how = 'in-order') => owned().end(how === 'in-order' ? 'SIGTERM' : 'SIGKILL'),
    dispose: async () => server?.end('SIGTERM'),
    signal: (signal) => owned().signal(signal),
  };
}

/** The server speaks first: its INFO line means that it is ready, JetStream included. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(500, () => end(false));
  });
}
