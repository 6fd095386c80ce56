import {
  DynamicModule,
  Inject,
  Injectable,
  Module,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { Bus, connectBus } from '@tandem/messaging';
import { HealthServer, serveHealth } from '@tandem/platform';
import { HealthMonitorConfig } from './health-monitor.config';
import { HostFactsPublisher } from './judge-hosts/host-facts.publisher';
import { hostMetrics } from './judge-hosts/host-metrics';

const CONFIG = Symbol('config');

@Injectable()
class HealthMonitor implements OnApplicationBootstrap, OnApplicationShutdown {
  private bus: Bus | undefined;
  private publisher: HostFactsPublisher | undefined;
  private health: HealthServer | undefined;

  constructor(@Inject(CONFIG) private readonly config: HealthMonitorConfig) {}

  async onApplicationBootstrap(): Promise<void> {
    const { config } = this;
    const health = () => ({
      ok: this.publisher?.observing ?? false,
      checks: { bus: this.bus?.connected ? 'connected' : 'away' },
    });
    const metrics = hostMetrics(() => this.publisher?.verdicts ?? new Map());
    this.health = await serveHealth(config.TANDEM_HEALTH_PORT, health, { metrics });
    this.bus = await connectBus({
      url: config.TANDEM_NATS_URL,
      credentialsFile: config.TANDEM_NATS_CREDENTIALS,
      name: config.TANDEM_SERVICE,
    });
    this.publisher = new HostFactsPublisher(this.bus, `${config.TANDEM_SERVICE}-${process.pid}`);
    this.publisher.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher?.stop();
    await this.bus?.close();
    await this.health?.close();
  }
}

@Module({})
export class HealthMonitorModule {
  static with(config: HealthMonitorConfig): DynamicModule {
    return {
      module: HealthMonitorModule,
      providers: [{ provide: CONFIG, useValue: config }, HealthMonitor],
    };
  }
}
