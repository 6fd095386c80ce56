import { DatabaseError } from 'pg';
import { Failure, Permanent, Transient, UnknownOutcome } from '@tandem/platform';

/** SQLSTATE classes after which nothing has been done and a retry may help. */
const transientClasses = new Set([
  '40', // serialization failure, deadlock
  '53', // out of memory, disk, connections
  '55', // object in use, lock not available
]);
/** Codes of a server that is starting, stopping or full: the connection was refused before anything was done. */
const refusedCodes = new Set(['57P03', '3D000', '57014']);

/**
 * The one table of database errors. Without an answer, and where the server ended the session, the statement may have
 * been committed: an unknown outcome, which callers resolve by asking again with the same ids.
 */
export function databaseError(cause: unknown, what: string): Failure {
  if (cause instanceof Failure) return cause;
  if (!(cause instanceof DatabaseError) || cause.code === undefined) {
    return new UnknownOutcome('database-unanswered', `${what}: the database gave no answer`, { cause });
  }
  const text = `${what}: ${cause.message} (SQLSTATE ${cause.code})`;
  if (transientClasses.has(cause.code.slice(0, 2)) || refusedCodes.has(cause.code)) {
    return new Transient('database-busy', text, { cause });
  }
  if (cause.code.startsWith('57') || cause.code.startsWith('08')) {
    return new UnknownOutcome('database-session-ended', text, { cause });
  }
  if (cause.code === '23505') return new Permanent('database-duplicate', text, { cause });
  return new Permanent('database-refused', text, { cause });
}
