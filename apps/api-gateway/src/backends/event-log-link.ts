import { allEvents, EventView } from '@tandem/contracts';
import {
  EventLog,
  migrate,
  openControlPool,
  readProjection,
  ReadOptions,
  runProjections,
  RunningProjections,
  StoredEvent,
  Subscription,
} from '@tandem/event-log';
import { Backoff, databaseAddress, Logger, monotonicMs } from '@tandem/platform';
import type { ApiGatewayConfig } from '../api-gateway.config';
import { instanceNames } from '../history/instance-names.projection';
import type { ReadModel } from '../read-model/read-model';

/** The subscription tries again at least every 4 s, so an older failure has been overcome. */
const FAILURE_COUNTS_MS = 5_000;
const STREAM_PAGE = 1_000;

/** The way to the event log: fills the read model from the first event on, and reads pages for whoever goes back. */
export class EventLogLink {
  private readonly pool;
  private readonly log;
  private subscription: Subscription | null = null;
  private projections: RunningProjections | null = null;
  private failedAtMs = -Infinity;
  private readonly stopping = new AbortController();

  constructor(
    private readonly config: ApiGatewayConfig,
    private readonly model: ReadModel,
    private readonly logger: Logger,
  ) {
    this.pool = openControlPool(databaseAddress(config.controlDatabaseUrl), { name: 'api-gateway', max: 3 });
    this.log = new EventLog({ pool: this.pool, registry: allEvents });
  }

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
    return (await this.log.readAll(options)).map(eventView);
  }

  lastPosition(): Promise<number> {
    return this.log.lastPosition();
  }

  /** See `readProjection` of the event log. */
  readProjection<T>(name: string, read: Parameters<typeof readProjection<T>>[2]): Promise<T> {
    return readProjection(this.pool, name, read);
  }

  /** Everything of one stream, oldest first. Throws Transient while the control database is away. */
  async readStream(stream: string): Promise<EventView[]> {
    const events: EventView[] = [];
    for (let fromVersion = 1; ; fromVersion += STREAM_PAGE) {
      const page = await this.log.readStream(stream, { fromVersion, limit: STREAM_PAGE });
      events.push(...page.map(eventView));
      if (page.length < STREAM_PAGE) return events;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.subscription?.stop(), this.projections?.stop()]);
    await this.pool.end();
  }

  private async follow(): Promise<void> {
    await this.migrate();
    if (this.stopping.signal.aborted) return;
    this.subscription = this.log.subscribe({
      name: 'api-gateway-read-model',
      from: 0,
      handler: (event: StoredEvent) => this.model.apply(eventView(event)),
      onError: (error) => this.failed(error),
    });
    this.projections = runProjections({
      database: this.pool.options,
      registry: allEvents,
      projections: [instanceNames],
      onError: (error) => this.failed(error),
    });
    await this.subscription.caughtUp;
    this.model.caughtUp = true;
  }

  /** Whichever service comes first makes the schema; the database may come later than all of them. */
  private async migrate(): Promise<void> {
    const backoff = new Backoff({ minMs: 50, maxMs: 2_000 });
    while (!this.stopping.signal.aborted) {
      try {
        return await migrate(databaseAddress(this.config.controlDatabaseUrl));
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
