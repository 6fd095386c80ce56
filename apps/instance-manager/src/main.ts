import { createLogger, drainOnSignals, serveHealth } from '@tandem/platform';
import { startInstanceManager } from './instance-manager.application';
import { instanceManagerConfig } from './instance-manager.config';

async function main(): Promise<void> {
  const config = instanceManagerConfig();
  const logger = createLogger({ service: 'instance-manager' }, config.logLevel);
  let close = async (): Promise<void> => undefined;
  let ready = false;
  drainOnSignals(logger, () => close());
  await serveHealth(config.healthPort, () => ({ ok: ready, checks: { history: ready ? 'read' : 'being read' } }));
  const app = await startInstanceManager(config, logger);
  close = () => app.close();
  ready = true;
  logger.info({}, 'The instance manager takes requests');
}

void main();
