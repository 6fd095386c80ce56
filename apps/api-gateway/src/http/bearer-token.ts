import { httpRoutes } from '@tandem/contracts';
import { hashToken, tokenMatches } from '@tandem/platform';
import type { onRequestHookHandler } from 'fastify';
import { Problem } from './problem';

/** Paths that answer without a token. */
const OPEN_PATHS = httpRoutes.filter(({ role }) => role === 'open').map(({ path }) => path);

/** Runs before the body is read, and for paths without a handler too; only the token's hash is kept. */
export function bearerToken(token: string): onRequestHookHandler {
  const expected = hashToken(token);
  return (request, _reply, done) => {
    if (OPEN_PATHS.includes(request.url.split('?')[0])) return done();
    const presented = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (tokenMatches(presented, expected)) return done();
    done(new Problem('unauthenticated', 'The request shows no token, or one that is not valid.'));
  };
}
