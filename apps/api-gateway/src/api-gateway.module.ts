import { DynamicModule, Module, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { allEvents } from '@tandem/contracts';
import { EventLog, openControlPool } from '@tandem/event-log';
import { databaseAddress, Logger, MetricBook, monotonicMs, SecretsBox } from '@tandem/platform';
import type { TokenBook } from './access/token-book';
import { TokenStore } from './access/token-store';
import type { ApiGatewayConfig } from './api-gateway.config';
import { EventLogLink } from './backends/event-log-link';
import { NatsLink } from './backends/nats-link';
import { ServiceRequests } from './backends/service-requests';
import { ChangeInstanceController } from './change-instance/change-instance.controller';
import { CreateInstanceController } from './create-instance/create-instance.controller';
import { DeleteInstanceController } from './delete-instance/delete-instance.controller';
import { DrillsController } from './drills/drills.controller';
import { EventReader } from './events/event-reader';
import { EventStreamController } from './events/event-stream.controller';
import { EventsController } from './events/events.controller';
import { GatewayHealth } from './health/gateway-health';
import { FailoversController } from './failovers/failovers.controller';
import { HealthController } from './health/health.controller';
import { HistoryReader } from './history/history-reader';
import { HistoryController } from './history/history.controller';
import { HostsController } from './hosts/hosts.controller';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor';
import { RequestStore } from './idempotency/request-store';
import { OpenApiController } from './openapi/openapi.controller';
import { MetricsController } from './metrics/metrics.controller';
import { OperationsController } from './operations/operations.controller';
import { InstanceLookup } from './read-model/instance-lookup';
import { ReadModel } from './read-model/read-model';
import { ShowInstanceController } from './show-instance/show-instance.controller';
import { SwitchoverController } from './switchover/switchover.controller';
import { TokensController } from './tokens/tokens.controller';
import { WhatIfController } from './what-if/what-if.controller';

@Module({})
export class ApiGatewayModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly nats: NatsLink,
    private readonly eventLog: EventLogLink,
  ) {}

  static for(
    config: ApiGatewayConfig,
    { book, metrics }: { book: TokenBook; metrics: MetricBook },
    logger: Logger,
  ): DynamicModule {
    const model = new ReadModel(monotonicMs);
    const nats = new NatsLink(config, model, logger);
    const pool = openControlPool(databaseAddress(config.controlDatabaseUrl), { name: 'api-gateway' });
    const log = new EventLog({ pool, registry: allEvents });
    const tokens = new TokenStore(pool, log, book);
    const requests = new RequestStore(pool, () => SecretsBox.open(config.keyFile));
    return {
      module: ApiGatewayModule,
      controllers: [
        HealthController,
        OpenApiController,
        MetricsController,
        CreateInstanceController,
        ShowInstanceController,
        DeleteInstanceController,
        ChangeInstanceController,
        SwitchoverController,
        OperationsController,
        HistoryController,
        HostsController,
        EventStreamController,
        EventsController,
        DrillsController,
        WhatIfController,
        FailoversController,
        TokensController,
      ],
      providers: [
        InstanceLookup,
        EventReader,
        HistoryReader,
        GatewayHealth,
        { provide: MetricBook, useValue: metrics },
        { provide: ReadModel, useValue: model },
        { provide: NatsLink, useValue: nats },
        { provide: EventLogLink, useValue: new EventLogLink(config, { pool, log, tokens }, model, logger) },
        { provide: TokenStore, useValue: tokens },
        { provide: APP_INTERCEPTOR, useValue: new IdempotencyInterceptor(requests, model, logger) },
        { provide: ServiceRequests, useValue: new ServiceRequests(nats, model) },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.nats.start();
    this.eventLog.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.nats.stop(), this.eventLog.stop()]);
  }
}
