import type { JsMsg } from 'nats';
import { streams } from '@tandem/contracts';
import { InvariantViolation, Permanent, Transient } from '@tandem/platform';
import { type DeadLetter, deadLetterOf } from './dead-letters';
import { json } from './bus';

export const defaultAckWaitMs = 2_000;

/** One message of a stream as the handler sees it. */
export interface Delivery {
  readonly subject: string;
  /** The sequence in the stream. */
  readonly seq: number;
  readonly msgId: string | null;
  readonly body: unknown;
  /** Where the stream is that of the dead letters. */
  readonly deadLetter?: DeadLetter;
  /** 1 at the first delivery. */
  readonly attempt: number;
}

/** Keeps a message that no retry helps, before it is taken out of its consumer. */
export type SetAside = (message: JsMsg, failure: Permanent) => Promise<void>;

export interface SettleOptions {
  readonly handler: (delivery: Delivery) => Promise<void>;
  /**
   * After this long without a word the server delivers again, ms; a handler under way is renewed by itself. With one
   * message under way this is also what a killed consumer or server costs: its unacknowledged message blocks the rest.
   */
  readonly ackWaitMs?: number;
  /** The longest pause before a redelivery, ms: what a consumer lags behind after a repaired fault. */
  readonly redeliverAfterMaxMs?: number;
  /** Hears of messages that no retry helps (not JSON, or Permanent) once they lie with the dead letters. */
  readonly onDead?: (delivery: Omit<Delivery, 'body'>, error: unknown) => void;
  readonly onError?: (error: unknown) => void;
}

/**
 * Runs the handler and tells the server what came of it: done: ack; Permanent: dead letter, term and `onDead`;
 * InvariantViolation: no acknowledgement, and the process ends; anything else: again after a growing, bounded pause, for
 * ever (R11: a version may wait for the database, never be skipped).
 */
export async function settleMessage(message: JsMsg, options: SettleOptions, setAside: SetAside): Promise<void> {
  const renewal = setInterval(() => message.working(), (options.ackWaitMs ?? defaultAckWaitMs) / 3);
  const about = {
    subject: message.subject,
    seq: message.seq,
    msgId: message.headers?.get('Nats-Msg-Id') || null,
    attempt: message.info.redeliveryCount,
  };
  try {
    const deadLetter = message.info.stream === streams.deadLetters ? { deadLetter: deadLetterOf(message) } : {};
    await options.handler({ ...about, ...deadLetter, body: 'deadLetter' in deadLetter ? null : bodyOf(message) });
    message.ack();
  } catch (error) {
    if (error instanceof InvariantViolation) {
      setImmediate(() => {
        throw error;
      });
      return;
    }
    options.onError?.(error);
    if (error instanceof Permanent && (await isSetAside(message, error, options, setAside))) {
      message.term();
      options.onDead?.(about, error);
      return;
    }
    const wanted = error instanceof Transient ? error.retryAfterMs : 200;
    message.nak(Math.min(wanted * 2 ** Math.min(about.attempt - 1, 10), options.redeliverAfterMaxMs ?? 1_000));
  } finally {
    clearInterval(renewal);
  }
}

/** A message is not given up before it is kept: until then it comes again. */
async function isSetAside(
  message: JsMsg,
  failure: Permanent,
  { onError }: SettleOptions,
  setAside: SetAside,
): Promise<boolean> {
  try {
    await setAside(message, failure);
    return true;
  } catch (error) {
    onError?.(error);
    return false;
  }
}

function bodyOf(message: JsMsg): unknown {
  try {
    return json.decode(message.data);
  } catch (cause) {
    throw new Permanent('invalid-message', `message ${message.seq} is not JSON`, { cause });
  }
}
