import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { SimulatedHost } from '@tandem/simhost';
import { pathsOf } from './layout';
import { livingProcesses, readPlatformState } from './process-registry';
import { endProcess } from './supervised-process';

/** Servers whose state is worth keeping when only the launcher died; services are simply started anew. */
export const ADOPTED = ['nats', 'control-database'];

/** How long the PostgreSQL servers of a host may take to stop before the host is killed. */
export const HOST_STOP_MS = 10_000;

/** Ends what a dead launcher left on a data directory, hosts included. Returns the names of what was ended. */
export async function endLeftovers(dataDir: string): Promise<string[]> {
  const paths = pathsOf(dataDir);
  const ended: string[] = [];
  const state = readPlatformState(paths.platform);
  const living = state === null ? [] : livingProcesses(state);
  const end = async (keep: (name: string) => boolean): Promise<void> => {
    for (const [name, identity] of living.filter(([candidate]) => keep(candidate))) {
      await endProcess(identity, name === 'control-database' ? 'SIGINT' : 'SIGTERM', 10_000);
      ended.push(name);
    }
  };
  await end((name) => !ADOPTED.includes(name));
  const found = existsSync(paths.hosts) ? readdirSync(paths.hosts).map((id) => strayHost(paths.host(id))) : [];
  const running = found.filter((host) => host.adopt());
  await Promise.all(running.filter((host) => host.isFrozen()).map((host) => host.thaw()));
  running.forEach((host) => host.endPrograms());
  await Promise.all(running.map((host) => host.shutDown(HOST_STOP_MS)));
  ended.push(...running.map((host) => host.options.id));
  await end((name) => ADOPTED.includes(name));
  return ended;
}

/** A host that is only going to be ended: how it is started does not matter. */
function strayHost(dir: string): SimulatedHost {
  const unused = { address: '', zone: '', roles: [], programs: { agent: [] }, env: {}, logFile: '/dev/null' };
  return new SimulatedHost({ id: basename(dir), dir, ...unused });
}
