import { isDeepStrictEqual } from 'node:util';
import { httpRoutes, problemDocument, problemsOf, RouteDefinition } from '@tandem/contracts';

interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string };
}

/**
 * What an answer of the gateway breaks of the contract of its route: every test that calls the API looks. Undefined for
 * an answer that keeps it, and for paths without a route.
 */
export function brokenPromises(method: string, path: string, { status, body }: Answer): string | undefined {
  const route = httpRoutes.find((each) => each.method === method && matches(each, path.split('?')[0]));
  if (!route) return undefined;
  const answer = `${route.operationId} answered ${status}`;
  const reply = route.replies[status];
  const parsed = (reply?.body ?? problemDocument).safeParse(body);
  if (!parsed.success) return `${answer}, which does not fit its contract: ${parsed.error.message}`;
  // Clients must bear new fields, so the schemas drop them; here one that no schema names is a fault.
  if (!isDeepStrictEqual(parsed.data, body)) return `${answer} with fields that its contract does not name`;
  if (reply || problemsOf(route).some((code) => code === body.code)) return undefined;
  return `${answer} with ${body.code}, which its contract does not name`;
}

const matches = ({ path }: RouteDefinition, called: string): boolean =>
  new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(called);
