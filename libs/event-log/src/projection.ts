import type { ClientBase, Pool } from 'pg';
import { Permanent, Transient } from '@tandem/platform';
import { inTransaction, withClient } from './control-pool';
import type { StoredEvent } from './stored-event';

/** Tables that are made of events and of nothing else, so that they can be thrown away and made again. */
export interface Projection {
  /** Lower-case letters and underscores: it stands in the name of the schema. */
  readonly name: string;
  /** Raised with every change of `tables` or `apply`: the new form is built beside the old one and takes its place. */
  readonly version: number;
  /** Only these events; all without it. */
  readonly types?: readonly string[];
  /** SQL that makes the tables, by unqualified names; each build has a schema of its own. */
  readonly tables: string;
  /** Writes what one event changes. Runs once for each event, in order, in the transaction of the build's position. */
  readonly apply: (event: StoredEvent, client: ClientBase) => Promise<void>;
}

export interface Build {
  readonly build: number;
  readonly version: number;
  readonly position: number;
  readonly serving: boolean;
  /** False before its tables have been made, and when somebody has dropped them. */
  readonly there: boolean;
}

export const schemaOf = (name: string, build: number): string => `projection_${name}_${build}`;

/** Held shared by those who read a projection, and alone by who makes, exchanges or empties a build of it. */
const lockKey = `hashtextextended('tandem projection ' || $1, 0)`;

/** Waits for those who read; until the transaction ends nobody else makes or exchanges a build. */
export async function takeTurn(client: ClientBase, name: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`, [name]);
}

/** Unqualified names lead into the build's own schema first, until the transaction ends. */
export async function enterSchema(client: ClientBase, name: string, build: number): Promise<void> {
  await client.query(`SET LOCAL search_path TO ${schemaOf(name, build)}, public`);
}

export async function readBuilds(client: ClientBase, name: string): Promise<Build[]> {
  const { rows } = await client.query<Omit<Build, 'position'> & { position: string }>(
    `SELECT build, version, position, serving, to_regnamespace('projection_' || name || '_' || build) IS NOT NULL AS there
       FROM projections WHERE name = $1 ORDER BY build`,
    [name],
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
}

/**
 * Reads the build that serves, at one position throughout. Throws Transient `projection-building` until there is one.
 * An exchange waits for those who read, and they do not hold up who writes.
 */
export function readProjection<T>(
  pool: Pool,
  name: string,
  read: (client: ClientBase, position: number) => Promise<T>,
): Promise<T> {
  return withClient(pool, `read projection ${name}`, async (client) => {
    // Before the transaction: its snapshot must not be older than the exchange that it may have waited for.
    await client.query(`SELECT pg_advisory_lock_shared(${lockKey})`, [name]);
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const serving = (await readBuilds(client, name)).find((build) => build.serving);
      if (!serving?.there) throw new Transient('projection-building', `projection ${name} is being built`);
      await enterSchema(client, name, serving.build);
      const result = await read(client, serving.position);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      // With a broken connection the lock has gone too.
      await client.query(`SELECT pg_advisory_unlock_shared(${lockKey})`, [name]).catch(() => undefined);
    }
  });
}

/**
 * Asks for a build from the first event on; the old one serves until the new one has caught up, then it is dropped.
 * Throws Permanent `projection-unknown`.
 */
export async function rebuildProjection(pool: Pool, name: string): Promise<void> {
  await inTransaction(pool, `rebuild projection ${name}`, async (client) => {
    await takeTurn(client, name);
    const { rowCount } = await client.query(
      `INSERT INTO projections (name, build, version)
       SELECT name, max(build) + 1, max(version) FROM projections WHERE name = $1 GROUP BY name`,
      [name],
    );
    if (rowCount === 0) throw new Permanent('projection-unknown', `there is no projection ${name}`);
  });
}
