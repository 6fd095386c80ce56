import { createLogger, drainOnSignals, MetricBook, serveHealth } from '@tandem/platform';
import { apiGatewayConfig } from './api-gateway.config';
import { startApiGateway } from './api-gateway.application';
import { GatewayHealth } from './health/gateway-health';

async function main(): Promise<void> {
  const config = apiGatewayConfig();
  const logger = createLogger({ service: 'api-gateway' }, config.logLevel);
  const app = await startApiGateway(config, logger);
  drainOnSignals(logger, () => app.close());
  if (config.healthPort !== config.port)
    await serveHealth(config.healthPort, () => app.get(GatewayHealth).look(), { metrics: app.get(MetricBook) });
  logger.info({ port: config.port }, 'The API gateway listens');
}

void main();
