import { createLogger, drainOnSignals, MetricBook, serveHealth } from '@tandem/platform';
import { startInstanceManager } from './instance-manager.application';
import { instanceManagerConfig } from './instance-manager.config';

async function main(): Promise<void> {
  const config = instanceManagerConfig();
  const logger = createLogger({ service: 'instance-manager' }, config.logLevel);
  let close = async (): Promise<void> => undefined;
  let ready = false;
  drainOnSignals(logger, () => close());
  const metrics = new MetricBook('instance-manager');
  const health = () => ({ ok: ready, checks: { history: ready ? 'read' : 'being read' } });
  await serveHealth(config.healthPort, health, { metrics });
  const app = await startInstanceManager(config, logger, metrics);
  close = () => app.close();
  ready = true;
  logger.info({}, 'The instance manager takes requests');
}

void main();
