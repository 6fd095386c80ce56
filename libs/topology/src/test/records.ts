import { randomBytes, randomUUID } from 'node:crypto';
import { TopologyRecord } from '@tandem/contracts';
import { RecordVersion } from '../topology-store';

export const newInstanceId = (): string => `pg-${randomBytes(4).toString('hex')}`;

/** The record that instance-manager creates (R1). */
export function firstRecord(instanceId: string, change: Partial<TopologyRecord> = {}): TopologyRecord {
  const primary = `${instanceId}-n1`;
  return {
    schemaVersion: 1,
    id: randomUUID(),
    prevId: null,
    instanceId,
    edition: 'ha',
    mode: 'semi-sync',
    epoch: 1,
    state: 'promoting',
    primary,
    syncSet: [],
    nodes: { [primary]: { hostId: 'host-a1', address: '127.0.1.11', port: 21999 } },
    incarnations: {},
    branch: null,
    decision: { row: 'test', because: 'test', by: 'test', at: '2026-01-01T00:00:00.000Z', facts: {} },
    ...change,
  };
}

export function nextRecord(based: RecordVersion, change: Partial<TopologyRecord> = {}): TopologyRecord {
  return { ...based.record, id: randomUUID(), prevId: based.record.id, ...change };
}
