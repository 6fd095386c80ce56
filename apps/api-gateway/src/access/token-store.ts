import type { ProblemCode } from '@tandem/contracts';
import { EventLog, inTransaction, withClient } from '@tandem/event-log';
import { InitialToken, Permanent, stableId } from '@tandem/platform';
import type { ClientBase, Pool } from 'pg';
import { Problem } from '../http/problem';
import type { TokenBook } from './token-book';
import { StoredToken, storedTokenColumns } from './stored-token';

export interface NewToken {
  readonly id: string;
  readonly name: string;
  readonly role: StoredToken['role'];
  readonly hash: string;
  readonly expiresInDays?: number | undefined;
}

export interface Rotation {
  readonly hash: string;
  readonly graceSeconds: number;
  readonly expiresInDays?: number | undefined;
}

/**
 * The tokens in the control database, as hashes: a token has 256 random bits, so its plain SHA-256 gives nothing away.
 * Each change is an event in the same transaction; the event makes every copy of the gateway read the table again.
 */
export class TokenStore {
  constructor(
    private readonly pool: Pool,
    private readonly log: EventLog,
    private readonly book: TokenBook,
  ) {}

  /** What the launcher made at its first start; a token that was ever here, revoked or not, is left as it is. */
  async importInitial(tokens: readonly InitialToken[]): Promise<void> {
    await this.change('import tokens', async (client) => {
      for (const { id, name, role, hash } of tokens) {
        const { rowCount } = await client.query(
          'INSERT INTO api_tokens (id, name, role, hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
          [id, name, role, hash],
        );
        if (rowCount === 1) {
          const data = { tokenId: id, name, role, expiresAt: null, by: 'launcher' };
          await this.tell(client, 'ApiTokenCreated', data, hash);
        }
      }
    });
  }

  async all(): Promise<StoredToken[]> {
    return withClient(this.pool, 'read tokens', async (client) => {
      const { rows } = await client.query<StoredToken>(
        `SELECT ${storedTokenColumns} FROM api_tokens ORDER BY created_at, id`,
      );
      return rows;
    });
  }

  /** Reads the table into memory. */
  async reload(): Promise<void> {
    this.book.load(await this.all());
  }

  /** The same again when the token is there already: a repeated request has made it. */
  create(token: NewToken, by: string): Promise<StoredToken> {
    return this.change('create a token', async (client) => {
      const known = await one(client, 'id = $1 AND hash = $2', [token.id, token.hash]);
      if (known) return known;
      const { id, name, role, hash, expiresInDays } = token;
      if (await one(client, 'name = $1 AND revoked_at IS NULL', [name])) {
        throw new Refusal('token-name-taken', `There is a token ${name} already.`);
      }
      await client.query(
        `INSERT INTO api_tokens (id, name, role, hash, expires_at)
         VALUES ($1, $2, $3, $4, now() + make_interval(days => $5))`,
        [id, name, role, hash, expiresInDays ?? null],
      );
      const made = await this.expect(client, id);
      const data = { tokenId: id, name, role, expiresAt: made.expiresAt?.toISOString() ?? null, by };
      await this.tell(client, 'ApiTokenCreated', data, hash);
      return made;
    });
  }

  /** Without another lifetime it lasts as long again as it had been given before. */
  rotate(idOrName: string, rotation: Rotation, by: string): Promise<{ token: StoredToken; replaced: string | null }> {
    return this.change('rotate a token', async (client) => {
      const old = await this.expect(client, idOrName);
      if (old.hash === rotation.hash) return { token: old, replaced: old.previousHash };
      await client.query(
        `UPDATE api_tokens SET
           hash = $2, previous_hash = hash, previous_valid_until = now() + make_interval(secs => $3), rotated_at = now(),
           expires_at = coalesce(now() + make_interval(days => $4),
                                 now() + (expires_at - coalesce(rotated_at, created_at)))
         WHERE id = $1`,
        [old.id, rotation.hash, rotation.graceSeconds, rotation.expiresInDays ?? null],
      );
      const token = await this.expect(client, old.id);
      const data = {
        tokenId: token.id,
        oldValidUntil: token.previousValidUntil!.toISOString(),
        expiresAt: token.expiresAt?.toISOString() ?? null,
        by,
      };
      await this.tell(client, 'ApiTokenRotated', data, token.hash);
      return { token, replaced: old.hash };
    });
  }

  /** Refuses the last administrator's: nobody could make another token after that. */
  revoke(idOrName: string, by: string): Promise<StoredToken> {
    return this.change('revoke a token', async (client) => {
      const token = await this.expect(client, idOrName);
      const admins = "role = 'admin' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())";
      if (token.role === 'admin' && !(await one(client, `id <> $1 AND ${admins}`, [token.id]))) {
        throw new Refusal('token-last-admin', `${token.name} is the last token of an administrator.`);
      }
      await client.query('UPDATE api_tokens SET revoked_at = now(), previous_hash = NULL WHERE id = $1', [token.id]);
      await this.tell(client, 'ApiTokenRevoked', { tokenId: token.id, by }, token.hash);
      return (await one(client, 'id = $1', [token.id]))!;
    });
  }

  private async expect(client: ClientBase, idOrName: string): Promise<StoredToken> {
    const found = await one(client, '(id = $1 OR name = $1) AND revoked_at IS NULL', [idOrName]);
    if (!found) throw new Refusal('token-unknown', `There is no token ${idOrName}.`);
    return found;
  }

  /** One change at a time, over all copies; this copy knows of it when it returns. */
  private async change<T>(what: string, work: (client: ClientBase) => Promise<T>): Promise<T> {
    const result = await inTransaction(this.pool, what, async (client) => {
      await client.query('LOCK TABLE api_tokens IN SHARE ROW EXCLUSIVE MODE');
      return work(client);
    }).catch((error: unknown) => {
      throw error instanceof Refusal ? new Problem(error.problem, error.message) : error;
    });
    await this.reload();
    return result;
  }

  private async tell(client: ClientBase, type: string, data: { tokenId: string; by: string }, hash: string) {
    const event = { id: stableId(type, data.tokenId, hash), type, data, meta: { actor: data.by } };
    await this.log.appendWithin(client, `access:${data.tokenId}`, 'any', [event]);
  }
}

async function one(client: ClientBase, where: string, values: unknown[]): Promise<StoredToken | undefined> {
  const { rows } = await client.query<StoredToken>(
    `SELECT ${storedTokenColumns} FROM api_tokens WHERE ${where} LIMIT 1`,
    values,
  );
  return rows[0];
}

/** A Failure, so that the transaction is rolled back and passes it on as it is. */
class Refusal extends Permanent {
  constructor(
    readonly problem: ProblemCode,
    detail: string,
  ) {
    super(problem, detail);
  }
}
