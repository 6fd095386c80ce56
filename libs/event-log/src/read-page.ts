import type { ClientBase } from 'pg';
import { eventOfRow, type EventRow } from './event-row';
import type { StoredEvent } from './stored-event';

/** Which events; everything that is given must fit. */
export interface EventSelection {
  readonly types?: readonly string[] | undefined;
  readonly streams?: readonly string[] | undefined;
  /** The instance that the event tells of, in whatever stream it stands. */
  readonly instanceId?: string | undefined;
  /** ISO-8601: appended at this time or later, and before `until`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface ReadOptions extends EventSelection {
  /** The last position that the reader already knows; 0, the default, reads from the beginning. */
  readonly from?: number;
  /** The last position to read; the end of the log without it. */
  readonly to?: number;
  /** At most this many events; 1,000 by default, which replays as fast as a cursor does. */
  readonly limit?: number;
  /** The last of them instead of the first, in the same order. */
  readonly newest?: boolean;
}

/** The instance of an event, as the index `events_instance` has it. */
const instanceOf = `coalesce(data ->> 'instanceId', data #>> '{record,instanceId}')`;

/** One keyset page of the total order. */
export async function readPage(client: ClientBase, options: ReadOptions): Promise<StoredEvent[]> {
  const { rows } = await client.query<EventRow>(
    `SELECT * FROM events
      WHERE position > $1
        AND ($3::text[] IS NULL OR type = ANY ($3))
        AND ($4::text[] IS NULL OR stream = ANY ($4))
        AND ($5::text IS NULL OR ${instanceOf} = $5)
        AND ($6::timestamptz IS NULL OR at >= $6)
        AND ($7::timestamptz IS NULL OR at < $7)
        AND ($8::bigint IS NULL OR position <= $8)
      ORDER BY position ${options.newest ? 'DESC' : 'ASC'} LIMIT $2`,
    [
      options.from ?? 0,
      options.limit ?? 1_000,
      options.types ?? null,
      options.streams ?? null,
      options.instanceId ?? null,
      options.since ?? null,
      options.until ?? null,
      options.to ?? null,
    ],
  );
  const events = rows.map(eventOfRow);
  return options.newest ? events.reverse() : events;
}
