import type { ClientConfig } from 'pg';
import { cloudEventContentType, type EventDefinition, subjects } from '@tandem/contracts';
import { type Bus, publishDurable } from '@tandem/messaging';
import { Backoff, pause } from '@tandem/platform';
import { advanceCheckpoint, readCheckpoint } from './checkpoints';
import { toCloudEvent } from './cloud-event';
import { EventFeed } from './event-feed';
import { EventRegistry } from './event-registry';
import { readStreamEnd } from './event-stream';
import { locks } from './locks';
import { readPage } from './read-page';

export interface RelayOptions {
  /** `pool.options` of the control database's pool, or an address. */
  readonly database: ClientConfig;
  readonly bus: Bus;
  /** Old events go out in the words of their newest version. */
  readonly registry?: readonly EventDefinition[];
  /** Replicas of the events stream; 1 by default. */
  readonly replicas?: number;
  readonly onError?: (error: unknown) => void;
  /** Hears when this copy becomes the active one. */
  readonly onActive?: () => void;
}

export interface Relay {
  /** True while this copy holds the lock. */
  readonly active: boolean;
  /** The last position that JetStream has acknowledged to this copy. */
  readonly position: number;
  stop(): Promise<void>;
}

const checkpointName = 'relay';
/** A standby copy asks for the lock this often: bounds a take-over. */
const takeOverPollMs = 250;
const publishTimeoutMs = 2_000;

/**
 * Publishes every event of the log to the stream of events as a CloudEvent, in order and once each, for ever.
 *
 * The end of the stream is the truth about what was published: each publish names the sequence it must follow, so a
 * copy that was replaced while it slept, or a late landing of an unanswered publish, is refused by the server, and the
 * message id answers a repeated one. The checkpoint in the database only serves when the stream has forgotten its end.
 */
export function startRelay(options: RelayOptions): Relay {
  const stopping = new AbortController();
  const state = { active: false, position: 0 };
  const running = run(options, state, stopping.signal);
  return {
    get active() {
      return state.active;
    },
    get position() {
      return state.position;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

interface RelayState {
  active: boolean;
  position: number;
}

async function run(options: RelayOptions, state: RelayState, stopping: AbortSignal): Promise<void> {
  const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
  while (!stopping.aborted) {
    let feed: EventFeed | undefined;
    try {
      feed = await EventFeed.open(options.database, 'tandem-relay');
      await takeLock(feed, stopping);
      if (stopping.aborted) return;
      state.active = true;
      options.onActive?.();
      await relayEvents(feed, options, state, stopping, backoff);
    } catch (error) {
      if (!stopping.aborted) options.onError?.(error);
    } finally {
      state.active = false;
      await feed?.close();
    }
    await backoff.pause(stopping);
  }
}

/** Polled rather than awaited: a session that waits in the server for a lock could not be ended in order. */
async function takeLock(feed: EventFeed, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const { rows } = await feed.client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', [
      ...locks.relay,
    ]);
    if (rows[0]!.held) return;
    await pause(takeOverPollMs, stopping);
  }
}

async function relayEvents(
  feed: EventFeed,
  options: RelayOptions,
  state: RelayState,
  stopping: AbortSignal,
  backoff: Backoff,
): Promise<void> {
  const registry = new EventRegistry(options.registry);
  const end = await readStreamEnd(options.bus, options.replicas ?? 1);
  state.position = end.position ?? (await readCheckpoint(feed.client, checkpointName));
  let { seq } = end;
  while (!stopping.aborted) {
    feed.arm();
    const page = await readPage(feed.client, { from: state.position, limit: 200 });
    for (const event of page) {
      if (stopping.aborted) return;
      const subject = subjects.event(event.stream, event.type);
      const body = toCloudEvent(registry.current(event));
      const how = { msgId: event.id, timeoutMs: publishTimeoutMs, contentType: cloudEventContentType };
      ({ seq } = await publishDurable(options.bus, subject, body, { ...how, expectedLastSeq: seq }));
      state.position = event.position;
      backoff.reset();
    }
    if (page.length > 0) await advanceCheckpoint(feed.client, checkpointName, state.position);
    else await feed.waitForMore(1_000, stopping);
  }
}
