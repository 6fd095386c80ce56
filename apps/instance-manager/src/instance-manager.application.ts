import 'reflect-metadata';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { controlRequests, metrics } from '@tandem/contracts';
import { BusTransport, PassOnFilter } from '@tandem/messaging';
import { Logger, MetricBook } from '@tandem/platform';
import { connectBackends } from './backends/connect-backends';
import type { InstanceManagerConfig } from './instance-manager.config';
import { InstanceManagerModule } from './instance-manager.module';
import { ModuleParts } from './module-parts';
import type { AtBoundary } from './run-lifecycle/step-recorder';

/** Resolves when the manager has read the history and takes requests. `atBoundary` is for tests that end it there. */
export async function startInstanceManager(
  config: InstanceManagerConfig,
  logger: Logger,
  book = new MetricBook('instance-manager'),
  atBoundary?: AtBoundary,
): Promise<INestMicroservice> {
  const backends = await connectBackends(config, logger, (ms, outcome) =>
    book.observe(metrics.appendDuration, { outcome }, ms / 1_000),
  );
  const parts = new ModuleParts(config, backends, logger, atBoundary);
  const service = 'instance-manager';
  const strategy = new BusTransport({
    bus: parts.backends.bus,
    service,
    requests: controlRequests[service],
    onError: (err, subject) => logger.error({ err, subject }, 'A request was not carried out'),
  });
  const module = InstanceManagerModule.for(parts);
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  app.useGlobalFilters(new PassOnFilter());
  await app.listen();
  return app;
}
