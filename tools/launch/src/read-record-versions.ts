import { streams, topologyRecord } from '@tandem/contracts';
import { RecordedVersion } from '@tandem/lifecycle';
import { Bus, busError } from '@tandem/messaging';

export interface RecordVersions {
  /** The last sequence that the store had when the reading began. */
  readonly upTo: number;
  readonly byInstance: ReadonlyMap<string, readonly RecordedVersion[]>;
}

/** Every version of every topology record that the store still has, in order. */
export async function readRecordVersions(bus: Bus): Promise<RecordVersions> {
  const byInstance = new Map<string, RecordedVersion[]>();
  try {
    const manager = await bus.nc.jetstreamManager({ checkAPI: false });
    const { state } = await manager.streams.info(streams.topology);
    if (state.messages === 0) return { upTo: state.last_seq, byInstance };
    const consumer = await bus.nc.jetstream().consumers.get(streams.topology);
    for await (const message of await consumer.consume({ max_messages: 1_000 })) {
      const record = topologyRecord.parse(message.json());
      const versions = byInstance.get(record.instanceId) ?? [];
      byInstance.set(record.instanceId, [...versions, { revision: message.seq, record }]);
      // The last one may be removed while it is read: what is pending tells the end as well.
      if (message.seq >= state.last_seq || message.info.pending === 0) break;
    }
    return { upTo: state.last_seq, byInstance };
  } catch (cause) {
    throw busError(cause, 'topology records');
  }
}
