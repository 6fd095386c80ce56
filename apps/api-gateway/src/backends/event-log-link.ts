import { allEvents, EventView } from '@tandem/contracts';
import {
  EventLog,
  migrate,
  readProjection,
  ReadOptions,
  runProjections,
  RunningProjections,
  StoredEvent,
  Subscription,
} from '@tandem/event-log';
import { Backoff, databaseAddress, Logger, monotonicMs } from '@tandem/platform';
import type { Pool } from 'pg';
import type { TokenStore } from '../access/token-store';
import type { ApiGatewayConfig } from '../api-gateway.config';
import { instanceNames } from '../history/instance-names.projection';
import type { ReadModel } from '../read-model/read-model';

/** The subscription tries again at least every 4 s, so an older failure has been overcome. */
const FAILURE_COUNTS_MS = 5_000;
const STREAM_PAGE = 1_000;

/** The way to the event log: fills the read model from the first event on, and reads pages for whoever goes back. */
export class EventLogLink {
  private subscription: Subscription | null = null;
  private projections: RunningProjections | null = null;
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

  /** One page of what a selection leaves of the log. Throws Transient while the control database is away. */
  async read(options: ReadOptions): Promise<EventView[]> {
    return (await this.control.log.readAll(options)).map(eventView);
  }

  lastPosition(): Promise<number> {
    return this.control.log.lastPosition();
  }

  /** See `readProjection` of the event log. */
  readProjection<T>(name: string, read: Parameters<typeof readProjection<T>>[2]): Promise<T> {
    return readProjection(this.control.pool, name, read);
  }

  /** Everything of one stream, oldest first. Throws Transient while the control database is away. */
  async readStream(stream: string): Promise<EventView[]> {
    const events: EventView[] = [];
    for (let fromVersion = 1; ; fromVersion += STREAM_PAGE) {
      const page = await this.control.log.readStream(stream, { fromVersion, limit: STREAM_PAGE });
      events.push(...page.map(eventView));
      if (page.length < STREAM_PAGE) return events;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.subscription?.stop(), this.projections?.stop()]);
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
    this.projections = runProjections({
      database: this.control.pool.options,
      registry: allEvents,
      projections: [instanceNames],
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
