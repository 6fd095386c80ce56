import { Pool, type PoolClient } from 'pg';
import { type DatabaseAddress, Failure, Transient } from '@tandem/platform';
import { databaseError } from './database-error';

/** A pool for short statements on the control database; nothing that waits or listens runs on it. */
export function openControlPool(
  address: DatabaseAddress,
  options: { readonly name: string; readonly max?: number },
): Pool {
  const pool = new Pool({
    ...address,
    application_name: options.name,
    max: options.max ?? 5,
    connectionTimeoutMillis: 2_000,
    // A database that froze gives no error: 10 s is far above any statement here and below every caller's patience.
    query_timeout: 10_000,
    keepAlive: true,
  });
  // An idle connection that breaks is not an event: the next statement opens another one or says what is wrong.
  pool.on('error', () => undefined);
  return pool;
}

/** Runs `work` on one connection; a failed one is not put back. */
export async function withClient<T>(pool: Pool, what: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw new Transient('database-unavailable', `${what}: the control database cannot be connected`, { cause });
  });
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } catch (cause) {
    // What was thrown on purpose says nothing against the connection.
    failed = !(cause instanceof Failure);
    throw databaseError(cause, what);
  } finally {
    client.off('error', ignore);
    client.release(failed);
  }
}

/** Runs `work` in a transaction; whatever it throws rolls everything back. */
export function inTransaction<T>(pool: Pool, what: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, what, async (client) => {
    await client.query('BEGIN');
    try {
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}
