import { TopologyRecord, topologyRecord } from '@tandem/contracts';
import { InvariantViolation, Permanent } from '@tandem/platform';

/** The bytes of one version; a record that does not fit its own schema is our bug and never reaches the store. */
export function encodeRecord(record: TopologyRecord): Uint8Array {
  const checked = topologyRecord.safeParse(record);
  if (!checked.success)
    throw new InvariantViolation('topology-record-invalid', 'a record to be written does not fit its schema', {
      cause: checked.error,
      params: { instanceId: record.instanceId },
    });
  return new TextEncoder().encode(JSON.stringify(checked.data));
}

/** Throws Permanent for bytes that are no record: no retry makes them one. */
export function decodeRecord(data: Uint8Array, where: string): TopologyRecord {
  try {
    return topologyRecord.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch (cause) {
    throw new Permanent('topology-record-unreadable', `the message at ${where} is not a topology record`, { cause });
  }
}
