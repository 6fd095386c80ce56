import { TopologyRecord } from '@tandem/contracts';
import { assertReleasedAfterRecord } from '../support/assertions';
import { History } from '../support/history';
import { Attack } from './attack';

/**
 * R2: while the host of a secondary that the record lists is dead or frozen, nothing that begins is acknowledged. A
 * version counts from the moment in which it was decided, which is before its CAS and on the clock of this machine.
 */
export function assertWaited(history: History, records: readonly TopologyRecord[], { struck, returns }: Attack): void {
  const originMs = Date.now() - performance.now();
  const versions = records.map((record) => ({ record, seenAtMs: Date.parse(record.decision.at) - originMs }));
  for (const { kind, place, doneMs } of struck) {
    if (doneMs === undefined || (kind !== 'kill-host' && kind !== 'freeze-host')) continue;
    const inForce = versions.findLastIndex(({ seenAtMs }) => seenAtMs <= doneMs);
    const listed = versions[inForce]?.record.syncSet.some((nodeId) => nodeId === place.nodeId);
    if (!listed) continue;
    const back = returns.find(({ hostId, atMs }) => atMs >= doneMs && (hostId ?? place.hostId) === place.hostId);
    const meanwhile = new History();
    meanwhile.acknowledged.push(...history.acknowledged.filter(({ endMs }) => endMs < (back?.atMs ?? Infinity)));
    assertReleasedAfterRecord(meanwhile, doneMs, versions.slice(inForce));
  }
}
