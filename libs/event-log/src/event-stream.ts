import { type JetStreamManager, nanos, NatsError, RetentionPolicy, StorageType } from 'nats';
import { type CloudEvent, streams, subjects } from '@tandem/contracts';
import { type Bus, busError, ensureStream, json, type StreamSettings } from '@tandem/messaging';

const dayMs = 24 * 3_600 * 1_000;
/** JetStream's code for a sequence that was deleted. */
const messageNotFound = 10037;

/** The stream for subscribers. It forgets after a week or 1 GiB; older events are replayed by the HTTP API. */
export const eventStreamSettings = (replicas: number): StreamSettings => ({
  name: streams.events,
  subjects: [subjects.allEvents],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  num_replicas: replicas,
  max_age: nanos(7 * dayMs),
  max_bytes: 1024 ** 3,
  duplicate_window: nanos(120_000),
});

/** Where the stream ends: what the relay goes on from. */
export interface StreamEnd {
  /** The sequence of the last message that was ever stored; 0 = none. */
  readonly seq: number;
  /** The position of the event in it; null if it is no longer there. */
  readonly position: number | null;
}

/** Makes the stream if it is missing and reads its last event through the leader; what is no event of ours is passed over. */
export async function readStreamEnd(bus: Bus, replicas: number): Promise<StreamEnd> {
  await ensureStream(bus, eventStreamSettings(replicas));
  const manager = await bus.nc.jetstreamManager({ checkAPI: false });
  try {
    const { state } = await manager.streams.info(streams.events);
    if (state.last_seq === 0) return { seq: 0, position: 0 };
    for (let seq = state.last_seq; state.messages > 0 && seq >= state.first_seq; seq -= 1) {
      const position = await positionAt(manager, seq);
      if (position !== null) return { seq: state.last_seq, position };
    }
    return { seq: state.last_seq, position: null };
  } catch (cause) {
    throw busError(cause, 'events stream');
  }
}

async function positionAt(manager: JetStreamManager, seq: number): Promise<number | null> {
  const found = await manager.streams.getMessage(streams.events, { seq }).catch((error: unknown) => {
    if (error instanceof NatsError && error.api_error?.err_code === messageNotFound) return null;
    throw error;
  });
  try {
    // Only this is needed, and an older form of the envelope has it too.
    const position = found && Number((json.decode(found.data) as Partial<CloudEvent>).position);
    return Number.isSafeInteger(position) ? position : null;
  } catch {
    return null;
  }
}
