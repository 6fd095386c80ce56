import type { Pool } from 'pg';
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
    const ciphertext = this.box.seal(id, secret);
    await withClient(this.pool, 'put a secret', (client) =>
      client.query(
        `INSERT INTO secrets (id, ciphertext) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET ciphertext = excluded.ciphertext, created_at = now()`,
        [id, ciphertext],
      ),
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
    await withClient(this.pool, 'remove a secret', (client) => client.query('DELETE FROM secrets WHERE id = $1', [id]));
  }
}
