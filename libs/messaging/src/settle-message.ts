import type { JsMsg } from 'nats';
import { InvariantViolation, Permanent, Transient } from '@tandem/platform';
import { json } from './bus';

export const defaultAckWaitMs = 2_000;

/** One message of a stream as the handler sees it. */
export interface Delivery {
  readonly subject: string;
  /** The sequence in the stream. */
  readonly seq: number;
  readonly msgId: string | null;
  readonly body: unknown;
  /** 1 at the first delivery. */
  readonly attempt: number;
}

export interface SettleOptions {
  readonly handler: (delivery: Delivery) => Promise<void>;
  /**
   * After this long without a word the server delivers again, ms; a handler under way is renewed by itself. With one
   * message under way this is also what a killed consumer or server costs: its unacknowledged message blocks the rest.
   */
  readonly ackWaitMs?: number;
  /** The longest pause before a redelivery, ms: what a consumer lags behind after a repaired fault. */
  readonly redeliverAfterMaxMs?: number;
  /** Hears of messages that no retry helps (not JSON, or Permanent); they are taken out of the consumer. */
  readonly onDead?: (delivery: Omit<Delivery, 'body'>, error: unknown) => void;
  readonly onError?: (error: unknown) => void;
}

/**
 * Runs the handler and tells the server what came of it: done: ack; Permanent: term and `onDead`; InvariantViolation:
 * no acknowledgement, and the process ends; anything else: again after a growing, bounded pause, for ever (R11: a
 * version may wait for the database, never be skipped).
 */
export async function settleMessage(message: JsMsg, options: SettleOptions): Promise<void> {
  const renewal = setInterval(() => message.working(), (options.ackWaitMs ?? defaultAckWaitMs) / 3);
  const about = {
    subject: message.subject,
    seq: message.seq,
    msgId: message.headers?.get('Nats-Msg-Id') || null,
    attempt: message.info.redeliveryCount,
  };
  try {
    await options.handler({ ...about, body: bodyOf(message) });
    message.ack();
  } catch (error) {
    if (error instanceof InvariantViolation) {
      setImmediate(() => {
        throw error;
      });
      return;
    }
    options.onError?.(error);
    if (error instanceof Permanent) {
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

function bodyOf(message: JsMsg): unknown {
  try {
    return json.decode(message.data);
  } catch (cause) {
    throw new Permanent('invalid-message', `message ${message.seq} is not JSON`, { cause });
  }
}
