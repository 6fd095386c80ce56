import { createLogger, drainOnSignals } from '@tandem/platform';
import { apiGatewayConfig } from './api-gateway.config';
import { startApiGateway } from './api-gateway.application';

async function main(): Promise<void> {
  const config = apiGatewayConfig();
  const logger = createLogger({ service: 'api-gateway' }, config.logLevel);
  const app = await startApiGateway(config, logger);
  drainOnSignals(logger, () => app.close());
  logger.info({ port: config.port }, 'The API gateway listens');
}

void main();
