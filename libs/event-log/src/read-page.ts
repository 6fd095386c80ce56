import type { ClientBase } from 'pg';
import { eventOfRow, type EventRow } from './event-row';
import type { StoredEvent } from './stored-event';

export interface ReadOptions {
  /** The last position that the reader already knows; 0, the default, reads from the beginning. */
  readonly from?: number;
  /** At most this many events; 1,000 by default, which replays as fast as a cursor does. */
  readonly limit?: number;
  readonly types?: readonly string[] | undefined;
  readonly streams?: readonly string[] | undefined;
}

/** One keyset page of the total order. */
export async function readPage(client: ClientBase, options: ReadOptions): Promise<StoredEvent[]> {
  const { rows } = await client.query<EventRow>(
    `SELECT * FROM events
      WHERE position > $1
        AND ($3::text[] IS NULL OR type = ANY ($3))
        AND ($4::text[] IS NULL OR stream = ANY ($4))
      ORDER BY position LIMIT $2`,
    [options.from ?? 0, options.limit ?? 1_000, options.types ?? null, options.streams ?? null],
  );
  return rows.map(eventOfRow);
}
