import { InstanceId, streams, subjects } from '@tandem/contracts';
import { Permanent } from '@tandem/platform';
import { AckPolicy, DeliverPolicy, JetStreamManager, NatsConnection, nanos } from 'nats';
import { unreachable } from './nats-failure';
import { RecordVersion } from './topology-store';

/** R11: this many versions of each record are never purged. */
export const KEPT_VERSIONS = 64;

/**
 * The greatest sequence below which everything may go, given the sequences of all versions in order: never above what
 * is logged, never one of the last 64 (R11); 0 when nothing may go.
 */
export function purgeBound(sequences: readonly number[], belowSeq: number): number {
  const oldestKept = sequences.at(-KEPT_VERSIONS);
  if (oldestKept === undefined || sequences.length <= KEPT_VERSIONS) return 0;
  return Math.min(oldestKept, belowSeq);
}

async function sequencesOf(nc: NatsConnection, jsm: JetStreamManager, subject: string): Promise<number[]> {
  const info = await jsm.consumers.add(streams.topology, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    filter_subject: subject,
    headers_only: true,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(5000),
  });
  const sequences: number[] = [];
  try {
    const consumer = await nc.jetstream().consumers.get(streams.topology, info.name);
    if (info.num_pending === 0) return sequences;
    const batch = await consumer.fetch({ max_messages: info.num_pending, expires: 2000 });
    for await (const message of batch) sequences.push(message.seq);
    return sequences;
  } finally {
    void jsm.consumers.delete(streams.topology, info.name).catch(() => undefined);
  }
}

/** R11: purges the logged versions of one record but the last 64. Versions that appear meanwhile are all newer. */
export async function purgeLogged(
  nc: NatsConnection,
  jsm: JetStreamManager,
  { instanceId, belowSeq }: { instanceId: InstanceId; belowSeq: number },
): Promise<void> {
  const filter = subjects.topology(instanceId);
  try {
    const bound = purgeBound(await sequencesOf(nc, jsm, filter), belowSeq);
    if (bound > 0) await jsm.streams.purge(streams.topology, { filter, seq: bound });
  } catch (error) {
    throw unreachable(`purge of ${filter}`, error);
  }
}

/** Only a retired record may go: a missing subject of a living instance means that the store lost data (R12). */
export function assertRetired(last: RecordVersion): void {
  if (last.record.state !== 'retired')
    throw new Permanent('topology-record-not-retired', `${last.record.instanceId} is ${last.record.state}`, {
      params: { instanceId: last.record.instanceId, seq: last.seq },
    });
}
