import type { ClientBase } from 'pg';
import type { Projection } from '@tandem/event-log';

/**
 * Who had a name, and when: a name is free again once its instance is gone, and a history is asked for by the name that
 * an instance had at that time.
 */
export const instanceNames: Projection = {
  name: 'instance_names',
  version: 2,
  types: ['InstanceCreationRequested', 'InstanceRenamed'],
  tables: `
    CREATE TABLE instance_names (
      name        text        NOT NULL,
      instance_id text        NOT NULL,
      position    bigint      PRIMARY KEY,
      at          timestamptz NOT NULL
    );
    CREATE INDEX ON instance_names (name, position);`,
  apply: async ({ position, at, data }, client) => {
    const given = data as { instanceId: string; name?: string; spec?: { name: string } };
    const values = [given.name ?? given.spec?.name, given.instanceId, position, at];
    await client.query('INSERT INTO instance_names VALUES ($1, $2, $3, $4)', values);
  },
};

/** The instance that was the last to be given the name by then; null if there was none yet. */
export async function holderOf(client: ClientBase, name: string, at: string | number): Promise<string | null> {
  const bound = typeof at === 'number' ? 'position <= $2::bigint' : 'at <= $2::timestamptz';
  const { rows } = await client.query<{ instance_id: string }>(
    `SELECT instance_id FROM instance_names WHERE name = $1 AND ${bound} ORDER BY position DESC LIMIT 1`,
    [name, at],
  );
  return rows[0]?.instance_id ?? null;
}
