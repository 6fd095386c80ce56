import { Permanent, Transient, UnknownOutcome } from '@tandem/platform';

/** SQLSTATE classes where a retry may help: rollback, resources, object in use, intervention (shutdown, start-up). */
const RETRIABLE = /^(40|53|55|57)/;

/** Wraps an error of the driver by what it says about the statement: refused for good, for now, or unknown. */
export function pgFailure(error: unknown): Error {
  const { code, message } = error as { code?: string; message?: string };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) {
    return new UnknownOutcome('pg-session-lost', 'the session ended before its answer', { cause: error });
  }
  const Kind = RETRIABLE.test(code) ? Transient : Permanent;
  return new Kind('pg-error', message ?? code, { cause: error, params: { sqlstate: code } });
}
