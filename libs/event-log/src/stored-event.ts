export interface EventMeta {
  /** Who caused it: `service:<name>`, `agent:<hostId>` or `user:<name>`. */
  readonly actor: string;
  /** The id of the event or command that this one follows from. */
  readonly causationId?: string;
  /** The same for everything that belongs to one request or one operation. */
  readonly correlationId?: string;
}

/** An event as it stands in the log and on the stream of events. */
export interface StoredEvent<T extends string = string, D = unknown> {
  /** Its place in the total order: 1, 2, 3 ... without gaps. */
  readonly position: number;
  /** UUID; the message id on the stream. */
  readonly id: string;
  readonly stream: string;
  /** Its place within its stream: 1, 2, 3 ... */
  readonly version: number;
  readonly type: T;
  readonly schemaVersion: number;
  readonly data: D;
  readonly meta: EventMeta;
  /** When it was appended, ISO-8601 UTC. */
  readonly at: string;
}

export interface NewEvent {
  /** UUID; appending the same id again is answered as success. For a topology record's version: its id (R11). */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly meta: EventMeta;
  /** Taken from the registry where there is one, else 1. */
  readonly schemaVersion?: number;
}
