import { headers, type MsgHdrs } from 'nats';
import { UnknownOutcome } from '@tandem/platform';
import { type Bus, json } from './bus';
import { busError } from './bus-error';

export interface PublishOptions {
  /** The server stores a message id once within the stream's duplicate window: a retry is harmless. */
  readonly msgId: string;
  readonly timeoutMs: number;
  /** The sequence that the stream must end with; with another end the message is refused (`jetstream-refused`). */
  readonly expectedLastSeq?: number;
  /** Header `content-type`, for bodies that are more than plain JSON. */
  readonly contentType?: string;
}

/**
 * Publishes to JetStream and waits for the acknowledgement. Throws UnknownOutcome when none came (publish it again with
 * the same id), Transient when no stream takes the subject or the store is unavailable.
 */
export async function publishDurable(
  bus: Bus,
  subject: string,
  body: unknown,
  options: PublishOptions,
): Promise<{ readonly seq: number; readonly duplicate: boolean }> {
  if (!bus.connected) throw new UnknownOutcome('bus-disconnected', `${subject}: NATS is away`);
  const { msgId: msgID, timeoutMs: timeout, expectedLastSeq: lastSequence, contentType } = options;
  const expect = lastSequence === undefined ? {} : { expect: { lastSequence } };
  const header = contentType === undefined ? {} : { headers: headerOf(contentType) };
  const publishing = bus.nc.jetstream().publish(subject, json.encode(body), { msgID, timeout, ...expect, ...header });
  const { seq, duplicate } = await publishing.catch((cause: unknown) => {
    throw busError(cause, subject);
  });
  return { seq, duplicate };
}

function headerOf(contentType: string): MsgHdrs {
  const made = headers();
  made.set('content-type', contentType);
  return made;
}
