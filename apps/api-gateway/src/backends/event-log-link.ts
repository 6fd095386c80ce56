import type { EventView } from '@tandem/contracts';
import { EventLog, migrate, StoredEvent, Subscription } from '@tandem/event-log';
import { Backoff, databaseAddress, Logger, monotonicMs } from '@tandem/platform';
import type { Pool } from 'pg';
import type { TokenStore } from '../access/token-store';
import type { ApiGatewayConfig } from '../api-gateway.config';
import type { ReadModel } from '../read-model/read-model';

/** The subscription tries again at least every 4 s, so an older failure has been overcome. */
const FAILURE_COUNTS_MS = 5_000;

/** The way to the event log: fills the read model from the first event on, and reads pages for whoever goes back. */
export class EventLogLink {
  private subscription: Subscription | null = null;
  private failedAtMs = -Infinity;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: ApiGatewayConfig,
    private readonly control: { readonly pool: Pool; readonly log: EventLog; readonly tokens: TokenStore },
    private readonly model: ReadModel,
    private readonly logger: Logger,
  ) {}

  /** False while the control database does not answer. */
  get following(): boolean {
    return this.subscription !== null && monotonicMs() - this.failedAtMs > FAILURE_COUNTS_MS;
  }

  /** Returns at once; the read model says when the history has been read. */
  start(): void {
    void this.follow();
  }

  /** A page after a position, at most 1,000 events. Throws Transient while the control database is away. */
  async readAfter(position: number, limit: number): Promise<EventView[]> {
    return (await this.control.log.readAll({ from: position, limit })).map(eventView);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
    await this.control.pool.end();
  }

  private async follow(): Promise<void> {
    await this.insist(() => migrate(databaseAddress(this.config.controlDatabaseUrl)));
    await this.insist(() => this.control.tokens.importInitial(this.config.initialTokens));
    if (this.stopping.signal.aborted) return;
    this.subscription = this.control.log.subscribe({
      name: 'api-gateway-read-model',
      from: 0,
      handler: (event: StoredEvent) => this.apply(event),
      onError: (error) => this.failed(error),
    });
    await this.subscription.caughtUp;
    // What changed while the history was being read.
    await this.insist(() => this.control.tokens.reload());
    this.model.caughtUp = true;
  }

  /** Tokens lie in a table; their events, which every copy hears, say when to read it again. */
  private async apply(event: StoredEvent): Promise<void> {
    if (this.model.caughtUp && event.stream.startsWith('access:')) await this.control.tokens.reload();
    this.model.apply(eventView(event));
  }

  /** Whichever service comes first makes the schema; the database may come later than all of them. */
  private async insist(work: () => Promise<void>): Promise<void> {
    const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
    while (!this.stopping.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        this.failed(error);
        await backoff.pause(this.stopping.signal);
      }
    }
  }

  private failed(err: unknown): void {
    if (this.following) this.logger.warn({ err }, 'The event log is away; answers come from memory');
    this.failedAtMs = monotonicMs();
  }
}

function eventView({ position, id, at, type, schemaVersion, stream, version, data, meta }: StoredEvent): EventView {
  return {
    position,
    id,
    at,
    type,
    schemaVersion,
    stream,
    version,
    data: data as Record<string, unknown>,
    meta: { ...meta },
  };
}
