import { RequestMethod, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { httpRoutes, openApiDocument } from '@tandem/contracts';
import { createLogger } from '@tandem/platform';
import { TokenBook } from './access/token-book';
import { ApiGatewayModule } from './api-gateway.module';

const config = {
  port: 0,
  healthPort: 0,
  natsUrl: 'nats://127.0.0.1:1',
  natsCredentialsFile: undefined,
  controlDatabaseUrl: 'postgresql://nobody@127.0.0.1:1/none',
  initialTokens: [],
  keyFile: '/nowhere',
  rate: { perSecond: 1, burst: 1 },
  logLevel: 'silent',
};

function routesOf(controller: Type): string[] {
  const base: string = Reflect.getMetadata(PATH_METADATA, controller);
  return Object.values(Object.getOwnPropertyDescriptors(controller.prototype))
    .map(({ value }) => value)
    .filter((handler) => typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler))
    .map((handler) => {
      const path = [base, Reflect.getMetadata(PATH_METADATA, handler)].filter((part) => part !== '/').join('/');
      return `${RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler)]} /${path.replace(/:(\w+)/g, '{$1}')}`;
    });
}

test('the gateway serves the routes of the contracts and no others', () => {
  const { controllers } = ApiGatewayModule.for(config, new TokenBook(), createLogger({ service: 'test' }, 'silent'));
  const served = (controllers ?? []).flatMap(routesOf);
  expect(served.sort()).toEqual(httpRoutes.map(({ method, path }) => `${method} ${path}`).sort());
});

test('each route is told once in the OpenAPI document, under an id of its own', () => {
  const told = Object.values(openApiDocument().paths).flatMap((methods) => Object.values(methods));
  const ids = told.map((operation) => (operation as { operationId: string }).operationId);
  expect(ids.sort()).toEqual(httpRoutes.map(({ operationId }) => operationId).sort());
  expect(new Set(ids).size).toBe(ids.length);
});
