import type { TopologyRecord } from '@tandem/contracts';
import { beforeAnything, evolveMoment, HistoryEvent, versionIn } from './instance-moment';

/** One version as the store of records has it. */
export interface RecordedVersion {
  /** Its sequence in the store. */
  readonly revision: number;
  readonly record: TopologyRecord;
}

export interface TrailDifference {
  readonly instanceId: string;
  readonly revision: number;
  readonly what: 'not-logged' | 'logged-twice' | 'not-recorded' | 'differs' | 'out-of-order' | 'id-differs';
  readonly detail: string;
}

/** An event whose id is to be that of its version (R11). */
export type TrailEvent = HistoryEvent & { readonly id: string };

/**
 * R11: replays the log of one instance and compares it with its topology record, revision by revision. The store may have
 * forgotten its oldest versions and a whole record that is retired; nothing else may differ. `upTo` is the last revision
 * that the store had when it was read: what the log has beyond it is newer than this comparison.
 */
export function compareTrails(
  instanceId: string,
  { events, versions, upTo }: { events: readonly TrailEvent[]; versions: readonly RecordedVersion[]; upTo: number },
): TrailDifference[] {
  const replayed = new Map<number, TopologyRecord>();
  const differences: TrailDifference[] = [];
  const differ = (revision: number, what: TrailDifference['what'], detail: string): void =>
    void differences.push({ instanceId, revision, what, detail });
  let moment = beforeAnything;
  for (const event of events) {
    const before = moment.topology?.revision ?? 0;
    moment = evolveMoment(moment, event);
    const told = versionIn(event);
    if (!told || told.revision > upTo) continue;
    if (replayed.has(told.revision)) differ(told.revision, 'logged-twice', `again at position ${event.position}`);
    else if (told.revision < before) differ(told.revision, 'out-of-order', `after revision ${before}`);
    if (event.id !== told.record.id)
      differ(told.revision, 'id-differs', `event ${event.id}, version ${told.record.id}`);
    // What the replay makes of the event is compared, not the event.
    if (moment.topology) replayed.set(told.revision, moment.topology.record);
  }
  for (const { revision, record } of versions) {
    const found = replayed.get(revision);
    if (!found) differ(revision, 'not-logged', `version ${record.id}, ${record.decision.row}`);
    else if (canonical(found) !== canonical(record)) differ(revision, 'differs', `version ${record.id}`);
  }
  return [...differences, ...notRecorded(instanceId, replayed, versions)];
}

function notRecorded(
  instanceId: string,
  replayed: ReadonlyMap<number, TopologyRecord>,
  versions: readonly RecordedVersion[],
): TrailDifference[] {
  const retired = [...replayed.values()].at(-1)?.state === 'retired';
  if (versions.length === 0 && retired) return [];
  const oldest = versions[0]?.revision ?? 0;
  const recorded = new Set(versions.map(({ revision }) => revision));
  return [...replayed]
    .filter(([revision]) => revision >= oldest && !recorded.has(revision))
    .map(([revision, { id }]) => ({ instanceId, revision, what: 'not-recorded', detail: `version ${id}` }));
}

/** Without the order of keys, and without what JSON leaves out. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
