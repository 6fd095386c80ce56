import type { ClientBase, ClientConfig } from 'pg';
import type { EventDefinition } from '@tandem/contracts';
import { assertInvariant, Backoff, InvariantViolation } from '@tandem/platform';
import { EventFeed } from './event-feed';
import { EventRegistry } from './event-registry';
import { enterSchema, type Projection, readBuilds, schemaOf, takeTurn } from './projection';
import { readPage } from './read-page';

export interface ProjectionsOptions {
  readonly database: ClientConfig;
  readonly projections: readonly Projection[];
  readonly registry?: readonly EventDefinition[];
  readonly onError?: (error: unknown) => void;
}

export interface RunningProjections {
  stop(): Promise<void>;
}

/** A rebuild that was asked for, and a schema that somebody dropped, are noticed within this time. */
const lookEveryMs = 500;
const pageSize = 1_000;

/**
 * Keeps projections up to date, in any number of copies: each page is applied in the transaction that moves the build's
 * position, whose row the copies take turns on. A build is made from the first event on while the older one serves.
 */
export function runProjections(options: ProjectionsOptions): RunningProjections {
  for (const { name } of options.projections) assertInvariant(/^[a-z_]{1,40}$/.test(name), 'projection-name', name);
  const stopping = new AbortController();
  const running = options.projections.map((projection) => keep(projection, options, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

async function keep(projection: Projection, options: ProjectionsOptions, stopping: AbortSignal): Promise<void> {
  const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
  const registry = new EventRegistry(options.registry);
  while (!stopping.aborted) {
    let feed: EventFeed | undefined;
    try {
      feed = await EventFeed.open(options.database, `tandem-projection-${projection.name}`);
      while (!stopping.aborted) {
        feed.arm();
        const moved = await step(feed.client, projection, registry);
        backoff.reset();
        if (!moved) await feed.waitForMore(lookEveryMs, stopping);
      }
    } catch (error) {
      if (error instanceof InvariantViolation) throw error;
      if (!stopping.aborted) options.onError?.(error);
      await backoff.pause(stopping);
    } finally {
      await feed?.close();
    }
  }
}

/** One page for each build of our version; true if there may be more to do at once. */
async function step(client: ClientBase, projection: Projection, registry: EventRegistry): Promise<boolean> {
  const builds = await readBuilds(client, projection.name);
  // A newer copy has taken over and an older one's tables are not ours: only builds of our version are touched.
  const ours = builds.filter(({ version }) => version === projection.version);
  if (ours.length === 0) return transaction(client, () => begin(client, projection));
  const bare = ours.find(({ there }) => !there);
  if (bare) {
    await transaction(client, () => makeTables(client, projection, bare.build));
    return true;
  }
  let reached: Reached = 'end';
  for (const { build } of ours) {
    reached = await transaction(client, () => advance(client, projection, build, registry));
  }
  if (reached === 'page') return true;
  const newest = builds.at(-1)!;
  if (newest.serving && builds.length === 1) return false;
  return transaction(client, () => serve(client, projection, registry));
}

/** Under the lock, so that of two copies one makes the build, and an older copy none beside a newer one's. */
async function begin(client: ClientBase, { name, version }: Projection): Promise<boolean> {
  await takeTurn(client, name);
  const { rowCount } = await client.query(
    `INSERT INTO projections (name, build, version)
     SELECT $1::text, coalesce(max(build), 0) + 1, $2::int FROM projections WHERE name = $1
     HAVING coalesce(max(version), 0) < $2`,
    [name, version],
  );
  return rowCount === 1;
}

/** `end`: nothing that was committed before is left; `page`: there is more, or another copy may have changed things. */
type Reached = 'end' | 'page';

/** Applies the next page to one build. */
async function advance(
  client: ClientBase,
  projection: Projection,
  build: number,
  registry: EventRegistry,
): Promise<Reached> {
  const { name, types } = projection;
  const { rows } = await client.query<{ position: string; there: boolean; last: string }>(
    `SELECT position, to_regnamespace($3) IS NOT NULL AS there, (SELECT max(position) FROM events) AS last
       FROM projections WHERE name = $1 AND build = $2 FOR NO KEY UPDATE`,
    [name, build, schemaOf(name, build)],
  );
  const row = rows[0];
  if (!row?.there) return 'page';
  const from = Number(row.position);
  // Up to what was there when the row was locked: the position may then pass over events of other types.
  const to = Number(row.last ?? 0);
  const page = await readPage(client, { from, to, limit: pageSize, types });
  const reached = page.length < pageSize ? 'end' : 'page';
  const position = reached === 'end' ? Math.max(from, to) : page.at(-1)!.position;
  if (position === from) return reached;
  await client.query('UPDATE projections SET position = $3 WHERE name = $1 AND build = $2', [name, build, position]);
  await enterSchema(client, name, build);
  for (const event of page) await projection.apply(registry.current(event), client);
  await client.query('SET LOCAL search_path TO DEFAULT');
  return reached;
}

/** Begins a build from the first event on, because it is new or because somebody has dropped its tables. */
async function makeTables(client: ClientBase, { name, tables }: Projection, build: number): Promise<void> {
  await takeTurn(client, name);
  const { rowCount } = await client.query(
    `UPDATE projections SET position = 0, serving = false
      WHERE name = $1 AND build = $2 AND to_regnamespace($3) IS NULL`,
    [name, build, schemaOf(name, build)],
  );
  if (rowCount === 0) return; // Another copy has made them.
  await client.query(`CREATE SCHEMA ${schemaOf(name, build)}`);
  await enterSchema(client, name, build);
  await client.query(tables);
}

/** Lets the newest build serve and drops what it replaces; it takes what has come meanwhile while nobody else moves. */
async function serve(client: ClientBase, projection: Projection, registry: EventRegistry): Promise<boolean> {
  const { name, version } = projection;
  await takeTurn(client, name);
  // Waits for a copy that is applying a page.
  await client.query('SELECT 1 FROM projections WHERE name = $1 FOR UPDATE', [name]);
  const builds = await readBuilds(client, name);
  const newest = builds.at(-1);
  if (newest?.version !== version) return true;
  if ((await advance(client, projection, newest.build, registry)) === 'page') return true;
  for (const { build } of builds.filter((each) => each !== newest)) {
    await client.query(`DROP SCHEMA IF EXISTS ${schemaOf(name, build)} CASCADE`);
    await client.query('DELETE FROM projections WHERE name = $1 AND build = $2', [name, build]);
  }
  await client.query('UPDATE projections SET serving = true WHERE name = $1 AND build = $2', [name, newest.build]);
  return true;
}

async function transaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
