import { execFileSync } from 'node:child_process';
import { Socket } from 'node:net';
import { Client, ClientConfig } from 'pg';

type Attempt = ClientConfig & { replication?: 'true' | 'database'; from?: string };

/** Logs in and out again; undefined when that was possible, else PostgreSQL's SQLSTATE or the system's own code. */
export async function refusalOf({ from, ...config }: Attempt): Promise<string | undefined> {
  const stream = from === undefined ? undefined : () => socketFrom(from);
  const client = new Client({ connectionTimeoutMillis: 5_000, ...config, ...(stream ? { stream } : {}) });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** A socket that connects from one local address; the driver has no setting for that. */
function socketFrom(localAddress: string): Socket {
  const socket = new Socket();
  const connect = socket.connect.bind(socket) as (options: object) => Socket;
  socket.connect = ((port: number, host: string) => connect({ port, host, localAddress })) as Socket['connect'];
  return socket;
}

/** What psql says by the Unix socket as another user of the system; undefined when it was let in. */
export function socketRefusal(
  osUser: string,
  to: { psql: string; directory: string; port: number; user: string; database: string },
): string | undefined {
  const conninfo = `host=${to.directory} port=${to.port} user=${to.user} dbname=${to.database} connect_timeout=5`;
  const psql = [to.psql, '-w', '-Atc', 'SELECT 1', conninfo];
  const [file = '', ...args] = process.getuid?.() === 0 ? ['setpriv', ...dropTo(osUser), ...psql] : psql;
  try {
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    return undefined;
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr).trim();
  }
}

const dropTo = (user: string): string[] => [`--reuid=${user}`, `--regid=${user === 'nobody' ? 'nogroup' : user}`, '--clear-groups']; // prettier-ignore
