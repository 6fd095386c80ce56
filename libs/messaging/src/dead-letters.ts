import { createHash } from 'node:crypto';
import { DiscardPolicy, headers, type JsMsg, StorageType } from 'nats';
import { streams, subjects } from '@tandem/contracts';
import { type Failure, Permanent } from '@tandem/platform';
import type { Bus } from './bus';
import { busError } from './bus-error';
import { ensureStream, type StreamSettings } from './streams';

/** The newest of them, for a person to look at: what fills it must not fill the disk as well. */
const deadLetterStream: StreamSettings = {
  name: streams.deadLetters,
  subjects: [subjects.allDeadLetters],
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  max_msgs: 10_000,
  max_bytes: 64 * 1024 ** 2,
};

/** What is told about a message beside its own bytes, which are kept as they were. */
export interface DeadLetter {
  readonly stream: string;
  readonly seq: number;
  readonly subject: string;
  readonly consumer: string;
  readonly code: string;
  readonly reason: string;
}

/** Keeps a message that no retry helps; the same one of the same consumer once. Throws when it could not be kept. */
export async function keepDeadLetter(bus: Bus, message: JsMsg, failure: Failure): Promise<void> {
  const { stream, streamSequence: seq, consumer } = message.info;
  await ensureStream(bus, deadLetterStream);
  const about: DeadLetter = {
    stream,
    seq,
    subject: message.subject,
    consumer,
    code: failure.code,
    reason: failure.message,
  };
  const header = headers();
  header.set(ABOUT, Buffer.from(JSON.stringify(about)).toString('base64'));
  const content = createHash('sha256').update(message.data).digest('hex').slice(0, 16);
  const msgID = `${stream}-${seq}-${consumer}-${content}`;
  const options = { msgID, headers: header, timeout: 1_000 };
  await bus.nc
    .jetstream()
    .publish(subjects.deadLetter(stream), message.data, options)
    .catch((cause: unknown) => {
      throw busError(cause, 'a dead letter');
    });
}

/** Reads what keepDeadLetter has written. Throws Permanent for anything else. */
export function deadLetterOf(message: Pick<JsMsg, 'headers'>): DeadLetter {
  try {
    return JSON.parse(Buffer.from(message.headers?.get(ABOUT) ?? '', 'base64').toString()) as DeadLetter;
  } catch (cause) {
    throw new Permanent('dead-letter-unreadable', 'a dead letter without its description', { cause });
  }
}

const ABOUT = 'Tandem-Dead-Letter';

/** Follows the dead letters; the stream is made if it is missing. */
export const ensureDeadLetters = (bus: Bus): Promise<unknown> => ensureStream(bus, deadLetterStream);
