import { Client, type ClientConfig } from 'pg';
import { Transient } from '@tandem/platform';
import { eventsChannel } from './locks';

/**
 * One connection that listens for new events. LISTEN on a connection of its own hears of an append within 1-3 ms; on a
 * shared pool it starved. The poll is for notifications that were lost with a connection nobody saw break.
 */
export class EventFeed {
  private changed = true;
  private broken: unknown;
  private wake: () => void = () => undefined;

  private constructor(readonly client: Client) {
    client.on('notification', () => this.tell());
    client.on('error', (error) => this.fail(error));
    client.on('end', () => this.fail(new Error('the connection ended')));
  }

  static async open(config: ClientConfig, name: string): Promise<EventFeed> {
    const client = new Client({
      ...config,
      // A pool hides the password of its options from copying.
      password: config.password,
      application_name: name,
      connectionTimeoutMillis: 2_000,
      query_timeout: 10_000,
      keepAlive: true,
    });
    const feed = new EventFeed(client);
    try {
      await client.connect();
      await client.query(`LISTEN ${eventsChannel}`);
      return feed;
    } catch (cause) {
      await feed.close();
      throw new Transient('database-unavailable', 'the control database cannot be listened to', { cause });
    }
  }

  /** Marks everything up to now as seen: call it before reading, so that an append during the read is not missed. */
  arm(): void {
    this.changed = false;
  }

  /** Resolves after an append since `arm()`, after `pollMs`, or when the signal is aborted; throws if the feed broke. */
  async waitForMore(pollMs: number, signal: AbortSignal): Promise<void> {
    if (!this.changed && !this.broken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.wake(), pollMs);
        this.wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', this.wake);
          resolve();
        };
        signal.addEventListener('abort', this.wake);
      });
    }
    if (this.broken)
      throw new Transient('database-unavailable', 'the listening connection broke', { cause: this.broken });
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private tell(): void {
    this.changed = true;
    this.wake();
  }

  private fail(error: unknown): void {
    this.broken ??= error;
    this.wake();
  }
}
