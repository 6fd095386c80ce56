import { nanos, RetentionPolicy, StorageType } from 'nats';
import { streams, subjects } from '@tandem/contracts';
import { type Bus, busError, ensureStream, json, type StreamSettings } from '@tandem/messaging';
import { Permanent } from '@tandem/platform';
import type { StoredEvent } from './stored-event';

const dayMs = 24 * 3_600 * 1_000;

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

/** Makes the stream if it is missing and reads its last message through the leader. */
export async function readStreamEnd(bus: Bus, replicas: number): Promise<StreamEnd> {
  await ensureStream(bus, eventStreamSettings(replicas));
  const manager = await bus.nc.jetstreamManager({ checkAPI: false });
  try {
    const { state } = await manager.streams.info(streams.events);
    if (state.last_seq === 0) return { seq: 0, position: 0 };
    if (state.messages === 0) return { seq: state.last_seq, position: null };
    const { data } = await manager.streams.getMessage(streams.events, { seq: state.last_seq });
    return { seq: state.last_seq, position: positionIn(data) };
  } catch (cause) {
    throw busError(cause, 'events stream');
  }
}

function positionIn(data: Uint8Array): number {
  const { position } = json.decode(data) as StoredEvent;
  if (!Number.isSafeInteger(position))
    throw new Permanent('stream-foreign', 'the events stream ends in no event of ours');
  return position;
}
