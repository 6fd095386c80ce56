import type { preHandlerHookHandler } from 'fastify';
import { Problem } from './problem';

const holdsNul = (value: unknown): boolean =>
  typeof value === 'string' ? value.includes('\0') : Object.values((value as object | null) ?? {}).some(holdsNul);

/** PostgreSQL takes every character of a text but NUL, and nothing that this API knows by name has one. */
export const refuseNul: preHandlerHookHandler = ({ params, query }, _reply, done) =>
  holdsNul(params) || holdsNul(query)
    ? done(new Problem('not-found', 'A name in the path or a field of the query has a NUL character.'))
    : done();
