import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from '@tandem/platform';
import { connectBackends } from './backends/connect-backends';
import type { InstanceManagerConfig } from './instance-manager.config';
import { InstanceManagerModule } from './instance-manager.module';
import { ModuleParts } from './module-parts';

/** Resolves when the manager has read the history and takes requests. */
export async function startInstanceManager(
  config: InstanceManagerConfig,
  logger: Logger,
): Promise<INestApplicationContext> {
  const parts = new ModuleParts(config, await connectBackends(config, logger), logger);
  return NestFactory.createApplicationContext(InstanceManagerModule.for(parts), {
    logger: false,
    abortOnError: false,
  });
}
