import type { EventDefinition } from '@tandem/contracts';
import { monotonicMs, Permanent, rejected, type Rejection } from '@tandem/platform';
import type { ClientBase, Pool } from 'pg';
import { withClient } from './control-pool';
import { EventRegistry } from './event-registry';
import { eventOfRow, type EventRow } from './event-row';
import { readPage, type ReadOptions } from './read-page';
import type { NewEvent, StoredEvent } from './stored-event';
import {
  type CheckpointSubscription,
  type PositionSubscription,
  subscribe,
  type SubscribeOptions,
  type Subscription,
} from './subscribe';

export type AppendResult =
  | {
      readonly ok: true;
      readonly positions: readonly number[];
      /** The version of the stream now. */
      readonly version: number;
      /** The ids were there already: nothing was written, and that is a success (R11). */
      readonly duplicate: boolean;
    }
  | { readonly ok: false; readonly rejection: Rejection };

export type AppendOutcome = 'appended' | 'duplicate' | 'refused' | 'failed';
/** Hears how long each append took and what became of it. */
export type OnAppend = (tookMs: number, outcome: AppendOutcome) => void;

/** The event log: append, read, follow. `registry` holds the definitions that events are checked against. */
export class EventLog {
  private readonly pool: Pool;
  private readonly registry: EventRegistry;
  private readonly onAppend: OnAppend;

  constructor(options: {
    readonly pool: Pool;
    readonly registry?: readonly EventDefinition[];
    readonly onAppend?: OnAppend;
  }) {
    this.pool = options.pool;
    this.registry = new EventRegistry(options.registry);
    this.onAppend = options.onAppend ?? (() => undefined);
  }

  /**
   * Appends all events or none. `expectedVersion` is the version of the stream that the caller decided on (0 = the
   * stream is new); another one is refused with `version-conflict`. After UnknownOutcome: append the same ids again.
   */
  append(stream: string, expectedVersion: number | 'any', events: readonly NewEvent[]): Promise<AppendResult> {
    const startedMs = monotonicMs();
    const appending = withClient(this.pool, `append to ${stream}`, (client) =>
      this.appendWithin(client, stream, expectedVersion, events),
    );
    const told = (outcome: AppendOutcome) => this.onAppend(monotonicMs() - startedMs, outcome);
    appending.then(
      (result) => told(!result.ok ? 'refused' : result.duplicate ? 'duplicate' : 'appended'),
      () => told('failed'),
    );
    return appending;
  }

  /** The same inside the caller's transaction (read committed); other appenders wait until that ends: keep it short. */
  async appendWithin(
    client: ClientBase,
    stream: string,
    expectedVersion: number | 'any',
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (events.length === 0) throw new Permanent('event-invalid', 'an append has at least one event');
    const checked = events.map((event) => this.registry.checked(stream, event));
    const expected = expectedVersion === 'any' ? null : expectedVersion;
    const { rows } = await client.query<AppendRow>('SELECT * FROM append_events($1, $2, $3)', [
      stream,
      expected,
      JSON.stringify(checked),
    ]);
    const { outcome, positions, stream_version: version } = rows[0]!;
    if (outcome === 'conflict') {
      const detail = `stream ${stream} is at version ${version}, not ${expectedVersion}`;
      return rejected('version-conflict', detail, { version });
    }
    return { ok: true, positions: positions.map(Number), version, duplicate: outcome === 'duplicate' };
  }

  /** One page of the total order after position `from`: all of it, or what a selection leaves of it. */
  readAll(options: ReadOptions = {}): Promise<StoredEvent[]> {
    return withClient(this.pool, 'read all', async (client) => {
      const page = await readPage(client, options);
      return page.map((event) => this.registry.current(event));
    });
  }

  /** The events of one stream from version `fromVersion` (inclusive, 1 by default), at most `limit` (1,000). */
  readStream(
    stream: string,
    options: { readonly fromVersion?: number; readonly limit?: number } = {},
  ): Promise<StoredEvent[]> {
    return withClient(this.pool, `read ${stream}`, async (client) => {
      const { rows } = await client.query<EventRow>(
        'SELECT * FROM events WHERE stream = $1 AND version >= $2 ORDER BY version LIMIT $3',
        [stream, options.fromVersion ?? 1, options.limit ?? 1_000],
      );
      return rows.map((row) => this.registry.current(eventOfRow(row)));
    });
  }

  /** The position of the last event; 0 while there is none. */
  lastPosition(): Promise<number> {
    return withClient(this.pool, 'last position', async (client) => {
      const { rows } = await client.query<{ last: string }>('SELECT coalesce(max(position), 0) AS last FROM events');
      return Number(rows[0]!.last);
    });
  }

  /** Follows the log on a connection of its own; see SubscribeOptions. */
  subscribe(options: PositionSubscription): Subscription;
  subscribe(options: CheckpointSubscription): Subscription;
  subscribe(options: SubscribeOptions): Subscription {
    return subscribe(this.pool.options, options, this.registry);
  }
}

interface AppendRow {
  readonly outcome: 'appended' | 'duplicate' | 'conflict';
  readonly positions: readonly string[];
  readonly stream_version: number;
}
