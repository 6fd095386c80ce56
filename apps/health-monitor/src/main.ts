import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { createLogger, drainOnSignals } from '@tandem/platform';
import { healthMonitorConfig } from './health-monitor.config';
import { HealthMonitorModule } from './health-monitor.module';

async function main(): Promise<void> {
  const config = healthMonitorConfig();
  const log = createLogger({ service: config.TANDEM_SERVICE }, config.TANDEM_LOG_LEVEL);
  const app = await NestFactory.createApplicationContext(HealthMonitorModule.with(config), { logger: false });
  drainOnSignals(log, () => app.close());
  log.info('Observing host sessions');
}

void main();
