import { Socket } from 'node:net';
import { Client, type QueryResultRow } from 'pg';
import { currentUser } from '@tandem/host';
import { Permanent, Transient, UnknownOutcome } from '@tandem/platform';

/**
 * One command on PgBouncer's console, in a session of its own that ends with it: PAUSE may never answer, so no session
 * is worth keeping. After `boundMs` without an answer the outcome is unknown.
 */
export async function command<R extends QueryResultRow>(
  at: { socketDir: string; port: number },
  text: string,
  boundMs = 2_000,
): Promise<R[]> {
  const socket = new Socket();
  const config = { host: at.socketDir, port: at.port, user: currentUser().name, database: 'pgbouncer' };
  const client = new Client({ ...config, connectionTimeoutMillis: boundMs, stream: () => socket });
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UnknownOutcome('pooler-no-answer', `PgBouncer gave no answer to ${text} within ${boundMs} ms`));
    }, boundMs);
  });
  // A login that is overdue fails by its own bound; nobody waits for this one then.
  overdue.catch(() => undefined);
  try {
    await client.connect().catch((error: unknown) => {
      throw new Transient('pooler-unreachable', 'no session on the console of PgBouncer', { cause: error });
    });
    const answer = client.query<R>(text).catch((error: unknown) => {
      throw new Permanent('pooler-refused', `PgBouncer refused ${text}: ${(error as Error).message}`, { cause: error });
    });
    return (await Promise.race([answer, overdue])).rows;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
