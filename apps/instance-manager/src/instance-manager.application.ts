import 'reflect-metadata';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { controlRequests } from '@tandem/contracts';
import { BusTransport, PassOnFilter } from '@tandem/messaging';
import type { Logger } from '@tandem/platform';
import { connectBackends } from './backends/connect-backends';
import type { InstanceManagerConfig } from './instance-manager.config';
import { InstanceManagerModule } from './instance-manager.module';
import { ModuleParts } from './module-parts';
import type { AtBoundary } from './run-lifecycle/step-recorder';

/** Resolves when the manager has read the history and takes requests. `atBoundary` is for tests that end it there. */
export async function startInstanceManager(
  config: InstanceManagerConfig,
  logger: Logger,
  atBoundary?: AtBoundary,
): Promise<INestMicroservice> {
  const parts = new ModuleParts(config, await connectBackends(config, logger), logger, atBoundary);
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
