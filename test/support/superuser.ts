import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readSettings } from '@tandem/launch';
import { TestInstance } from './test-instance';

/** One statement as the agent itself would send it: by the Unix socket, as the platform's own user of the system. */
export function asAgent(instance: TestInstance, nodeId: string, sql: string): string {
  const { pgBin, user, dropsToUser } = readSettings({});
  const { hostId, port } = instance.places.find((place) => place.nodeId === nodeId)!;
  const directory = join(instance.platform.paths.host(hostId), 's');
  const conninfo = `host=${directory} port=${port} user=tandem_agent dbname=postgres connect_timeout=5`;
  const psql = [join(pgBin, 'psql'), '-w', '-Atc', sql, conninfo];
  const drop = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const [file = '', ...args] = dropsToUser ? [...drop, ...psql] : psql;
  return execFileSync(file, args, { encoding: 'utf8', cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
