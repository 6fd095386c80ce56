import { EventView, TopologyRecord } from '@tandem/contracts';
import { breachOf } from '@tandem/protocol';
import { lineOf, recordOf } from '../support/event-tokens';

/** A rule of the log that was broken; as bad as a lost commit, because people and projections rely on it. */
export class TrailBreach extends Error {}

/**
 * R11, R12: the log of one instance, read on from `before`, tells each version of the record once and in order, up to
 * `newest`; every step between two versions is one that the protocol allows, so that no epoch goes back and none has
 * two primaries.
 */
export function assertTrail(events: readonly EventView[], before: TopologyRecord, newest: TopologyRecord): void {
  const ids = new Set<string>();
  let position = -1;
  let last = before;
  for (const event of events) {
    if (ids.has(event.id)) throw new TrailBreach(`event-told-once: ${lineOf(event)}`);
    if (event.position <= position) throw new TrailBreach(`events-in-order: ${lineOf(event)}`);
    ids.add(event.id);
    position = event.position;
    const record = recordOf(event);
    if (record === undefined) continue;
    const breach = breachOf(last, record);
    if (breach) throw new TrailBreach(`log-equals-record: ${breach}: ${lineOf(event)}`);
    last = record;
  }
  if (last.id !== newest.id) throw new TrailBreach(`log-equals-record: the log ends at ${last.id}, not ${newest.id}`);
}

/** Nobody but the attacker calls, and each failover is summed up once. */
export function assertCalls(events: readonly EventView[], switchovers: number): void {
  const calls = events.filter(({ type }) => type.endsWith('Requested'));
  if (calls.length > switchovers) throw new TrailBreach(`no-call-of-an-operator: ${lineOf(calls[calls.length - 1])}`);
  const sums = events
    .filter(({ type }) => type === 'FailoverCompleted')
    .map(({ data }) => JSON.stringify(data['epoch']));
  if (new Set(sums).size < sums.length) throw new TrailBreach(`failover-told-once: epochs ${sums.join()}`);
}
