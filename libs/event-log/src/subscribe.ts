import type { Client, ClientConfig } from 'pg';
import { Backoff, InvariantViolation } from '@tandem/platform';
import { EventFeed } from './event-feed';
import { advanceCheckpoint, readCheckpoint } from './checkpoints';
import { databaseError } from './database-error';
import type { EventRegistry } from './event-registry';
import { readPage } from './read-page';
import type { StoredEvent } from './stored-event';

interface CommonOptions {
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  readonly types?: readonly string[];
  readonly streams?: readonly string[];
  /** How long a lost notification may delay an event, ms. */
  readonly pollMs?: number;
  /** Hears of every failure; the subscription backs off, at most 2 s, and goes on with the same event. */
  readonly onError?: (error: unknown) => void;
}

/** In memory: from a position (the last known one; 0 = everything). The handler may see an event again after it threw. */
export interface PositionSubscription extends CommonOptions {
  readonly from: number;
  readonly handler: (event: StoredEvent) => Promise<void> | void;
}

/**
 * Durable: the checkpoint of that name is advanced in the transaction in which the handler runs. What the handler does
 * by `client` happens exactly once for each event, however many copies subscribe.
 */
export interface CheckpointSubscription extends CommonOptions {
  readonly checkpoint: string;
  readonly handler: (event: StoredEvent, client: Client) => Promise<void> | void;
}

export type SubscribeOptions = PositionSubscription | CheckpointSubscription;

export interface Subscription {
  /** The last position that was handled. */
  readonly position: number;
  /** Resolves when the subscription has once read to the end of the log; rejects never. */
  readonly caughtUp: Promise<void>;
  /** Finishes the event in hand and ends. */
  stop(): Promise<void>;
}

/** Delivers events in order, one at a time, for ever: it reconnects whatever happens to the database. */
export function subscribe(config: ClientConfig, options: SubscribeOptions, registry: EventRegistry): Subscription {
  const stopping = new AbortController();
  const state = { position: 'from' in options ? options.from : -1 };
  let tellCaughtUp: () => void = () => undefined;
  const caughtUp = new Promise<void>((resolve) => (tellCaughtUp = resolve));
  const running = run({ config, options, registry }, state, stopping.signal, tellCaughtUp);
  return {
    get position() {
      return Math.max(state.position, 0);
    },
    caughtUp,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

interface Parts {
  readonly config: ClientConfig;
  readonly options: SubscribeOptions;
  readonly registry: EventRegistry;
}

async function run(
  { config, options, registry }: Parts,
  state: { position: number },
  stopping: AbortSignal,
  tellCaughtUp: () => void,
): Promise<void> {
  const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
  while (!stopping.aborted) {
    let feed: EventFeed | undefined;
    try {
      feed = await EventFeed.open(config, options.name ?? 'tandem-subscription');
      if ('checkpoint' in options) state.position = await readCheckpoint(feed.client, options.checkpoint);
      while (!stopping.aborted) {
        feed.arm();
        const page = await readPage(feed.client, {
          from: state.position,
          types: options.types,
          streams: options.streams,
        });
        for (const event of page) {
          if (stopping.aborted) return;
          await deliver(feed.client, options, registry.current(event));
          state.position = event.position;
          backoff.reset();
        }
        if (page.length > 0) continue;
        tellCaughtUp();
        await feed.waitForMore(options.pollMs ?? 1_000, stopping);
      }
    } catch (error) {
      if (error instanceof InvariantViolation) throw error;
      if (!stopping.aborted) options.onError?.(error);
      await backoff.pause(stopping);
    } finally {
      await feed?.close();
    }
  }
}

async function deliver(client: Client, options: SubscribeOptions, event: StoredEvent): Promise<void> {
  if (!('checkpoint' in options)) {
    await options.handler(event);
    return;
  }
  await client.query('BEGIN').catch((cause: unknown) => {
    throw databaseError(cause, 'subscription');
  });
  // Taken first: a copy that handles the same event waits here, and then finds that it is done.
  if (await advanceCheckpoint(client, options.checkpoint, event.position)) await options.handler(event, client);
  await client.query('COMMIT');
}
