import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createLogger, drainOnSignals } from '@tandem/platform';
import { orchestratorConfig } from './failover-orchestrator.config';
import { FailoverOrchestratorModule } from './failover-orchestrator.module';

async function main(): Promise<void> {
  const config = orchestratorConfig();
  const log = createLogger({ service: config.TANDEM_SERVICE }, config.TANDEM_LOG_LEVEL);
  const app = await NestFactory.createApplicationContext(FailoverOrchestratorModule.with(config), { logger: false });
  drainOnSignals(log, () => app.close());
  log.info('Deciding failovers');
}

void main();
