import { ErrorCode, NatsError } from 'nats';
import { Failure, Permanent, Transient, UnknownOutcome } from '@tandem/platform';

/**
 * The one place where errors of the NATS client get their meaning. Refused, reset, closed and timed out are not told
 * apart: the message may have arrived, so all of them are unknown outcomes.
 */
export function busError(cause: unknown, what: string): Failure {
  if (cause instanceof Failure) return cause;
  const code = cause instanceof NatsError ? cause.code : undefined;
  const api = cause instanceof NatsError ? cause.api_error : undefined;
  if (api) {
    const text = `${what}: ${api.description}`;
    if (api.code >= 500) return new Transient('jetstream-unavailable', text, { cause });
    if (api.code === 404) return new Permanent('jetstream-missing', text, { cause });
    return new Permanent('jetstream-refused', text, { cause });
  }
  if (code === ErrorCode.NoResponders) return new Transient('no-responder', `${what}: nobody answers`, { cause });
  if (code === ErrorCode.PermissionsViolation) {
    return new Permanent('bus-permission', `${what}: this user may not`, { cause });
  }
  if (code === ErrorCode.MaxPayloadExceeded || code === ErrorCode.BadSubject) {
    return new Permanent('bus-message-unfit', `${what}: ${code}`, { cause });
  }
  return new UnknownOutcome('bus-unanswered', `${what}: no answer (${code ?? 'error'})`, { cause });
}
