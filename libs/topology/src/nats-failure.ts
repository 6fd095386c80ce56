import { Transient } from '@tandem/platform';
import { NatsError } from 'nats';

/** JetStream's own error codes (err_code), which stay the same over server versions. */
const WRONG_LAST_SEQUENCE = 10071;
const MESSAGE_NOT_FOUND = 10037;
const STREAM_NOT_FOUND = 10059;

const apiCode = (error: unknown): number | undefined => (error as NatsError).api_error?.err_code;

export const isWrongLastSequence = (error: unknown): boolean => apiCode(error) === WRONG_LAST_SEQUENCE;
export const isMessageNotFound = (error: unknown): boolean => apiCode(error) === MESSAGE_NOT_FOUND;
export const isStreamNotFound = (error: unknown): boolean => apiCode(error) === STREAM_NOT_FOUND;

/** `wrong last sequence: 17`: the one place where the server tells the sequence that won. */
export function lastSequenceOf(error: unknown): number | undefined {
  const found = /sequence: (\d+)$/.exec((error as NatsError).api_error?.description ?? '');
  return found ? Number(found[1]) : undefined;
}

/** Reads and administration change nothing when they fail, so a retry may help. */
export function unreachable(what: string, cause: unknown): Transient {
  return new Transient('topology-store-unreachable', `the topology store did not answer: ${what}`, { cause });
}
