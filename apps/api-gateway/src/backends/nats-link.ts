import { hostFact, subjects } from '@tandem/contracts';
import { Bus, connectBus, json } from '@tandem/messaging';
import { Backoff, Logger, Transient } from '@tandem/platform';
import { NatsTopologyStore, openTopologyStore, Watch } from '@tandem/topology';
import type { ApiGatewayConfig } from '../api-gateway.config';
import type { ReadModel } from '../read-model/read-model';

/** The way to NATS: requests to services, facts about hosts, and a watch on every topology record. */
export class NatsLink {
  private connection: Bus | null = null;
  private store: NatsTopologyStore | null = null;
  private watch: Watch | null = null;
  private readonly stopping = new AbortController();
  private liveness: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: ApiGatewayConfig,
    private readonly model: ReadModel,
    private readonly logger: Logger,
  ) {}

  get connected(): boolean {
    return this.connection?.connected ?? false;
  }

  /** Throws Transient while NATS is away. */
  bus(): Bus {
    if (!this.connection?.connected) throw new Transient('bus-disconnected', 'NATS is away');
    return this.connection;
  }

  /** Returns at once: the API answers from the start, and what needs NATS says so until it is there. */
  start(): void {
    void this.connect().catch((err: unknown) => this.logger.error({ err }, 'NATS cannot be used'));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.liveness);
    await this.watch?.stop();
    await this.store?.close();
    await this.connection?.close();
  }

  private async connect(): Promise<void> {
    const { natsUrl, natsCredentialsFile } = this.config;
    const bus = await connectBus({ url: natsUrl, credentialsFile: natsCredentialsFile, name: 'api-gateway' });
    this.connection = bus;
    bus.nc.subscribe(subjects.allHostFacts, {
      callback: (error, message) => {
        const fact = error ? null : hostFact.safeParse(json.decode(message.data));
        if (fact?.success) this.model.applyHostFact(fact.data);
      },
    });
    await this.openStore(bus);
  }

  /** The streams are made by another service, perhaps later than this one starts. */
  private async openStore(bus: Bus): Promise<void> {
    const backoff = new Backoff({ minMs: 50, maxMs: 1_000 });
    while (!this.stopping.signal.aborted) {
      try {
        // A reader makes no compare-and-set, so a reset of the store asks nothing of it.
        this.store = await openTopologyStore(bus.nc, { role: 'user', onReset: () => 'accept' });
        break;
      } catch (err) {
        this.logger.debug({ err }, 'The topology store is not there yet');
        await backoff.pause(this.stopping.signal);
      }
    }
    this.watch = this.store?.watch('all', ({ record }) => this.model.applyRecord(record)) ?? null;
    await this.watch?.ready;
    const look = (): void => void (this.model.topologyLive = bus.connected);
    look();
    this.liveness = setInterval(look, 250);
  }
}
