import type { ClientBase, Pool } from 'pg';
import { Permanent, type Secret, type SecretsBox } from '@tandem/platform';
import { withClient } from './control-pool';

/** Secrets by id in a table of their own, encrypted; events and logs carry the id only. */
export class SecretStore {
  constructor(
    private readonly pool: Pool,
    private readonly box: SecretsBox,
  ) {}

  /** Stores or replaces. */
  async put(id: string, secret: Secret): Promise<void> {
    await withClient(this.pool, 'put a secret', (client) => this.putWithin(client, id, secret));
  }

  /** The same inside the caller's transaction: a secret that comes or goes with an event is never left alone. */
  async putWithin(client: ClientBase, id: string, secret: Secret): Promise<void> {
    await client.query(
      `INSERT INTO secrets (id, ciphertext) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET ciphertext = excluded.ciphertext, created_at = now()`,
      [id, this.box.seal(id, secret)],
    );
  }

  /** Throws Permanent `secret-missing`. */
  async get(id: string): Promise<Secret> {
    return withClient(this.pool, 'get a secret', async (client) => {
      const { rows } = await client.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM secrets WHERE id = $1', [id]);
      if (!rows[0]) throw new Permanent('secret-missing', `there is no secret ${id}`);
      return this.box.open(id, rows[0].ciphertext);
    });
  }

  async remove(id: string): Promise<void> {
    await withClient(this.pool, 'remove a secret', (client) => this.removeWithin(client, id));
  }

  async removeWithin(client: ClientBase, id: string): Promise<void> {
    await client.query('DELETE FROM secrets WHERE id = $1', [id]);
  }
}
