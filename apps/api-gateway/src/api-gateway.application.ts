import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger, MetricBook, monotonicMs } from '@tandem/platform';
import type { ApiGatewayConfig } from './api-gateway.config';
import { ApiGatewayModule } from './api-gateway.module';
import { authenticate } from './access/authenticate';
import { RateLimiter } from './access/rate-limiter';
import { TokenBook } from './access/token-book';
import { httpAdapter } from './http/http-adapter';
import { ProblemFilter } from './http/problem-filter';

/** The gateway, listening on loopback only: nothing but this machine reaches a token sent in the clear. */
export async function startApiGateway(config: ApiGatewayConfig, logger: Logger): Promise<NestFastifyApplication> {
  const metrics = new MetricBook('api-gateway');
  const book = new TokenBook();
  const access = authenticate({ book, limiter: new RateLimiter(monotonicMs), rate: config.rate });
  const module = ApiGatewayModule.for(config, { book, metrics }, logger);
  const adapter = httpAdapter(access, logger, metrics);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  await app.listen(config.port, '127.0.0.1');
  return app;
}
