import type { ClientBase } from 'pg';

/** The last position handled under this name; 0 if there is none. */
export async function readCheckpoint(client: ClientBase, name: string): Promise<number> {
  const { rows } = await client.query<{ position: string }>('SELECT position FROM checkpoints WHERE name = $1', [name]);
  return Number(rows[0]?.position ?? 0);
}

/** Moves the checkpoint forward; false if it stood there or further already. It never goes back. */
export async function advanceCheckpoint(client: ClientBase, name: string, position: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO checkpoints (name, position) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET position = excluded.position WHERE checkpoints.position < excluded.position`,
    [name, position],
  );
  return rowCount === 1;
}
