import { ApiRole, apiRoles, httpRoutes, RouteRole } from '@tandem/contracts';

/** `METHOD path` with parameters as Fastify writes them -> who may ask. */
export const routeRoles: ReadonlyMap<string, RouteRole> = new Map(
  httpRoutes.map(({ method, path, role }) => [`${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`, role]),
);

/** A path without a route tells nothing, so any token may learn that it is not there. */
export function roleOf(method: string, path: string | undefined): RouteRole {
  if (path === undefined) return 'viewer';
  const known = method === 'HEAD' ? 'GET' : method;
  // The contracts name every route; one that they do not is nobody's but an administrator's.
  return routeRoles.get(`${known} ${path}`) ?? 'admin';
}

/** Each role may do what those before it may. */
export function allows(role: ApiRole, needed: RouteRole): boolean {
  return needed === 'open' || apiRoles.indexOf(role) >= apiRoles.indexOf(needed);
}
