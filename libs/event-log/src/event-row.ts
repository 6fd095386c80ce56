import type { EventMeta, StoredEvent } from './stored-event';

/** A row of the table as node-pg gives it: bigint as text. */
export interface EventRow {
  readonly position: string;
  readonly id: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schema_version: number;
  readonly data: unknown;
  readonly meta: EventMeta;
  readonly at: Date;
}

export function eventOfRow(row: EventRow): StoredEvent {
  return {
    position: Number(row.position),
    id: row.id,
    stream: row.stream,
    version: row.version,
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    meta: row.meta,
    at: row.at.toISOString(),
  };
}
