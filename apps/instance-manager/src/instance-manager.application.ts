import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { metrics } from '@tandem/contracts';
import { Logger, MetricBook } from '@tandem/platform';
import { connectBackends } from './backends/connect-backends';
import type { InstanceManagerConfig } from './instance-manager.config';
import { InstanceManagerModule } from './instance-manager.module';
import { ModuleParts } from './module-parts';

/** Resolves when the manager has read the history and takes requests. */
export async function startInstanceManager(
  config: InstanceManagerConfig,
  logger: Logger,
  book = new MetricBook('instance-manager'),
): Promise<INestApplicationContext> {
  const backends = await connectBackends(config, logger, (ms, outcome) =>
    book.observe(metrics.appendDuration, { outcome }, ms / 1_000),
  );
  const parts = new ModuleParts(config, backends, logger);
  return NestFactory.createApplicationContext(InstanceManagerModule.for(parts), {
    logger: false,
    abortOnError: false,
  });
}
