import type { z } from 'zod';
import { problemsOf, ReplyDefinition, RouteDefinition } from './define-route';
import { httpRoutes } from './http-routes';
import { problemDocument } from './http-views';
import { JsonSchema, JsonSchemas } from './json-schemas';
import { ProblemCode, problemRegistry } from './problems';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  readonly security: object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: object };
}

/** The HTTP API as OpenAPI 3.1, made of the routes alone; the gateway serves it, docs/generated holds it. */
export function openApiDocument(routes: readonly RouteDefinition[] = httpRoutes): OpenApiDocument {
  const schemas = new JsonSchemas('draft-2020-12');
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tandem',
      version: '1',
      summary: 'Self-hosted RDS High-availability Edition for PostgreSQL',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: RouteDefinition, schemas: JsonSchemas): object {
  const { operationId, summary, role, body } = route;
  return {
    operationId,
    summary,
    ...(role === 'open' ? { security: [] } : { 'x-required-role': role }),
    parameters: [
      ...parameters('path', route.params, schemas),
      ...parameters('query', route.query, schemas),
      ...parameters('header', route.headers, schemas),
    ],
    ...(body ? { requestBody: requestBody(body, schemas) } : {}),
    responses: { ...replies(route, schemas), ...problems(route, schemas) },
  };
}

function parameters(
  place: 'path' | 'query' | 'header',
  fields: z.ZodObject | undefined,
  schemas: JsonSchemas,
): object[] {
  return Object.entries(fields?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = schemas.of(field as z.ZodType, 'output');
    return { name, in: place, required: !accepts(field as z.ZodType, undefined), description, schema };
  });
}

const requestBody = (body: z.ZodType, schemas: JsonSchemas): object => ({
  required: !accepts(body, undefined),
  content: { 'application/json': { schema: schemas.of(body) } },
});

function replies({ replies }: RouteDefinition, schemas: JsonSchemas): Record<string, object> {
  return Object.fromEntries(Object.entries(replies).map(([status, reply]) => [status, response(reply, schemas)]));
}

function response({ summary, body, type, also, headers }: ReplyDefinition, schemas: JsonSchemas): object {
  const texts = Object.entries(also ?? {}).map(([other, holds]) => [
    other,
    { schema: { type: 'string', description: holds } },
  ]);
  const described = Object.entries(headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return {
    description: summary,
    ...(headers ? { headers: Object.fromEntries(described) } : {}),
    content: { [type ?? 'application/json']: { schema: schemas.of(body) }, ...Object.fromEntries(texts) },
  };
}

/** One response for each status; the codes that it can have stand in its description. */
function problems(route: RouteDefinition, schemas: JsonSchemas): Record<string, object> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = problemRegistry[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const described = [...byStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${problemRegistry[code].title}.`).join(' '),
      content: { 'application/problem+json': { schema: schemas.of(problemDocument) } },
    },
  ]);
  return Object.fromEntries(described);
}

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;
