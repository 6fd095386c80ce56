import { withClient } from '@tandem/event-log';
import { Secret, SecretsBox } from '@tandem/platform';
import type { Pool } from 'pg';
import { RequestSeed } from './request-seed';

/** Above what a gateway itself waits for a service (10 s) and for its own read model (2 s). */
const LEASE_SECONDS = 15;
/** After this an answer is forgotten, and the key may be used again. */
const KEPT_HOURS = 24;

export interface RequestKey {
  readonly tokenId: string;
  readonly key: string;
}

export type Claim =
  | { readonly outcome: 'ours'; readonly seed: RequestSeed }
  | { readonly outcome: 'answered'; readonly answer: unknown }
  | { readonly outcome: 'other-request' }
  | { readonly outcome: 'in-progress' };

interface Row {
  readonly fingerprint: string;
  readonly seed: Buffer;
  readonly answer: Buffer | null;
  readonly ours: boolean;
}

/** Requests by their Idempotency-Key, shared by all copies of the gateway. Answers may hold passwords: all is encrypted. */
export class RequestStore {
  constructor(
    private readonly pool: Pool,
    private readonly box: () => Promise<SecretsBox>,
  ) {}

  /** Takes the request in hand, unless it has been answered, or another copy holds it and its lease has not ended. */
  async claim(id: RequestKey, fingerprint: string): Promise<Claim> {
    const box = await this.box();
    const fresh = RequestSeed.random();
    const row = await withClient(this.pool, 'claim a request', async (client) => {
      await client.query(`DELETE FROM idempotent_requests WHERE created_at < now() - interval '${KEPT_HOURS} hours'`);
      const claimed = await client.query<Row>(
        `INSERT INTO idempotent_requests AS known (token_id, key, fingerprint, seed, claimed_until)
         VALUES ($1, $2, $3, $4, now() + interval '${LEASE_SECONDS} seconds')
         ON CONFLICT (token_id, key) DO UPDATE SET claimed_until = excluded.claimed_until
           WHERE known.fingerprint = $3 AND known.answer IS NULL AND known.claimed_until <= now()
         RETURNING fingerprint, seed, answer, true AS ours`,
        [id.tokenId, id.key, fingerprint, box.seal(nameOf(id), fresh.text())],
      );
      if (claimed.rows[0]) return claimed.rows[0];
      const { rows } = await client.query<Row>(
        'SELECT fingerprint, seed, answer, false AS ours FROM idempotent_requests WHERE token_id = $1 AND key = $2',
        [id.tokenId, id.key],
      );
      return rows[0];
    });
    if (!row) return { outcome: 'in-progress' };
    if (row.fingerprint !== fingerprint) return { outcome: 'other-request' };
    if (row.answer) return { outcome: 'answered', answer: JSON.parse(box.open(nameOf(id), row.answer).reveal()) };
    return row.ours
      ? { outcome: 'ours', seed: RequestSeed.of(box.open(nameOf(id), row.seed)) }
      : { outcome: 'in-progress' };
  }

  async answer(id: RequestKey, answer: unknown): Promise<void> {
    const box = await this.box();
    const sealed = box.seal(nameOf(id), new Secret(JSON.stringify(answer)));
    await withClient(this.pool, 'store an answer', (client) =>
      client.query('UPDATE idempotent_requests SET answer = $3 WHERE token_id = $1 AND key = $2', [
        id.tokenId,
        id.key,
        sealed,
      ]),
    );
  }

  /** Nothing final came of it: the next attempt, with the same seed, may begin at once. */
  async release(id: RequestKey): Promise<void> {
    await withClient(this.pool, 'release a request', (client) =>
      client.query('UPDATE idempotent_requests SET claimed_until = now() WHERE token_id = $1 AND key = $2', [
        id.tokenId,
        id.key,
      ]),
    );
  }
}

const nameOf = ({ tokenId, key }: RequestKey): string => `request:${tokenId}:${key}`;
