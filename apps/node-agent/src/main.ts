import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createLogger, drainOnSignals } from '@tandem/platform';
import { agentConfig } from './agent.config';
import { AgentModule } from './agent.module';

async function main(): Promise<void> {
  const config = agentConfig();
  const log = createLogger({ service: 'node-agent', hostId: config.TANDEM_HOST_ID }, config.TANDEM_LOG_LEVEL);
  const app = await NestFactory.createApplicationContext(AgentModule.with(config), { logger: false });
  drainOnSignals(log, () => app.close());
}

void main();
