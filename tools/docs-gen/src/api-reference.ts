import { httpRoutes, ProblemCode, problemRegistry, problemsOf, RouteDefinition } from '@tandem/contracts';
import type { z } from 'zod';
import { link, Page, table } from './markdown';

/** docs/generated/api.md: every route, every schema, every problem. */
export function apiReference(routes: readonly RouteDefinition[] = httpRoutes): string {
  const page = new Page();
  page.add(
    '# HTTP API',
    'Made by `npm run generate` from libs/contracts; the same as an OpenAPI 3.1 document: [openapi.json](openapi.json), or `GET /v1/openapi.json`.',
    'Every request shows a token, `Authorization: Bearer <token>`, except where the role is `open`; each role may do what the ones before it may: open, viewer, operator, admin. A refusal is a problem document (RFC 9457, `application/problem+json`) with a stable `code`. Readers must bear fields and words that are new.',
    table(
      ['route', 'role', ''],
      routes.map((route) => [link(title(route)), route.role, route.summary]),
    ),
  );
  for (const route of routes) addRoute(page, route);
  const codes = Object.keys(problemRegistry) as ProblemCode[];
  page.add('## Problems', table(['code', 'status', 'what', 'what to do', 'retry'], codes.map(problemRow)));
  return page.text();
}

const title = ({ method, path }: RouteDefinition): string => `${method} ${path}`;

function addRoute(page: Page, route: RouteDefinition): void {
  const { params, query, headers, body, replies } = route;
  page.add(`## ${title(route)}`, `${route.operationId} (${route.role}). ${route.summary}`);
  page.add(...given(page, 'Path', params), ...given(page, 'Query', query), ...given(page, 'Headers', headers));
  if (body) page.add(`Body${body.safeParse(undefined).success ? ', which may be left out' : ''}: ${page.fields(body)}`);
  for (const [status, reply] of Object.entries(replies)) {
    const told = Object.entries(reply.headers ?? {}).map(([name, what]) => ` Header \`${name}\`: ${what}`);
    const type = reply.type ? ` As ${reply.type}.` : '';
    page.add(`**${status}** ${reply.summary}${type}${told.join('')}`, page.fields(reply.body));
  }
  page.add(
    `Problems: ${problemsOf(route)
      .map((code) => `\`${code}\``)
      .join(', ')}.`,
  );
}

const given = (page: Page, place: string, fields: z.ZodObject | undefined): string[] =>
  fields ? [`${place}:`, page.parameters(fields)] : [];

function problemRow(code: ProblemCode): string[] {
  const { status, title, next, retriable } = problemRegistry[code];
  return [`\`${code}\``, String(status), title, next, retriable ? 'yes' : ''];
}
