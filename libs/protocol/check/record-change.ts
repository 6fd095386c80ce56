import { TopologyRecord } from '@tandem/contracts';
import { breachOf, confirmed, degraded, handedOver, promoted, restored, settled } from '@tandem/protocol';
import { baseOf, CasAt, G, N, nodes, RecordState } from './layout';

/** Changes of the record: those of agents first (their place plus one is N.cas), then the orchestrator's. */
export const changes = ['hand-over', 'switchover', 'confirm', 'degrade', 'restore', 'settle', 'promote'] as const;
export type Change = (typeof changes)[number];
export const PROMOTE = changes.indexOf('promote');

interface Version {
  epoch: number;
  primary: number;
  synced: number;
  state: number;
}

/** A change in the model's own short form; `checkedAgainstCode` compares it with the functions of record.ts. */
function changed(change: Change, v: Version): Version {
  switch (change) {
    case 'hand-over':
      return { ...v, state: RecordState.handedOver };
    case 'switchover':
      return { ...v, state: RecordState.switchingOver };
    case 'confirm':
      return { ...v, state: RecordState.open };
    case 'degrade':
      return { ...v, synced: 0, state: RecordState.open };
    case 'restore':
      return { ...v, synced: 1 };
    case 'settle':
      return v;
    case 'promote':
      return { epoch: v.epoch + 1, primary: 1 - v.primary, synced: 0, state: RecordState.promoting };
  }
}

const names = ['a', 'b'];
const words = ['open', 'promoting', 'handed-over', 'handed-over'] as const;
const decision = { row: 'check', because: '', by: 'check', at: '', facts: {} };
const stamp = { id: 'after', decision };

function decode(v: Version, incarnations: readonly number[]): TopologyRecord {
  const named = nodes.filter((n) => incarnations[n] > 0).map((n) => [names[n], incarnations[n] === 1 ? 'now' : 'then']);
  const place = { hostId: 'h', address: '127.0.0.1', port: 1 };
  const handOver = { kind: v.state === RecordState.switchingOver ? 'switchover' : 'fault', reason: 'check' } as const;
  return {
    schemaVersion: 1,
    id: 'before',
    prevId: null,
    instanceId: 'i',
    edition: 'ha',
    mode: 'semi-sync',
    epoch: v.epoch,
    state: words[v.state],
    primary: names[v.primary],
    syncSet: v.synced ? [names[1 - v.primary]] : [],
    nodes: { a: place, b: place },
    incarnations: Object.fromEntries(named),
    branch: null,
    handOver: v.state >= RecordState.handedOver ? handOver : undefined,
    decision,
  };
}

function byTheCode(change: Change, from: TopologyRecord): TopologyRecord {
  const other = from.primary === 'a' ? 'b' : 'a';
  const self = { incarnation: 'now', branch: { epoch: from.epoch, timeline: 1, switchLsn: '0/0' } };
  switch (change) {
    case 'hand-over':
      return handedOver(from, stamp, { kind: 'fault', reason: 'check' });
    case 'switchover':
      return handedOver(from, stamp, { kind: 'switchover', reason: 'check' });
    case 'confirm':
      return confirmed(from, stamp, self);
    case 'degrade':
      return degraded(from, stamp, self);
    case 'restore':
      return restored(from, stamp, { nodeId: other, incarnation: 'now' });
    case 'settle':
      return settled(from, stamp);
    case 'promote':
      return promoted(from, stamp, other);
  }
}

function encode(r: TopologyRecord): string {
  const state = r.state === 'handed-over' ? `${r.state}/${r.handOver?.kind}` : r.state;
  return JSON.stringify([r.epoch, r.primary, r.syncSet, state, Object.entries(r.incarnations).sort()]);
}

const seen = new Map<number, string>();

/** Each distinct change once: the code's result equals the model's, and breachOf finds nothing. '' = all well. */
function checkedAgainstCode(change: number, v: Version, next: Version, before: number[], after: number[]): string {
  const key =
    ((((((((change * 8 + v.epoch) * 2 + v.primary) * 2 + v.synced) * 4 + v.state) * 3 + before[0]) * 3 + before[1]) *
      3 +
      after[0]) *
      3 +
      after[1]) >>>
    0;
  const known = seen.get(key);
  if (known !== undefined) return known;
  const from = decode(v, before);
  const to = byTheCode(changes[change], from);
  const same = encode(to) === encode(decode(next, after));
  const verdict = same
    ? (breachOf(from, to) ?? '')
    : `model and record.ts differ: ${encode(to)} / ${encode(decode(next, after))}`;
  seen.set(key, verdict);
  return verdict;
}

/** How many distinct changes of the record were compared with record.ts and invariants.ts so far. */
export const changesCompared = (): number => seen.size;

const versionAt = (s: Uint8Array, i: number): Version => ({
  epoch: s[i],
  primary: s[i + 1],
  synced: s[i + 2],
  state: s[i + 3],
});

/** What an agent knows after its own CAS: its version, changed. */
export function changeView(t: Uint8Array, node: number, change: number): void {
  const i = baseOf(node) + N.epoch;
  const v = changed(changes[change], versionAt(t, i));
  t[i + 2] = v.synced;
  t[i + 3] = v.state;
}

/**
 * A change lands in the store: everything that expected the version before it is void.
 * @returns a breach, or ''.
 */
export function land(t: Uint8Array, change: number): string {
  const from = versionAt(t, G.epoch);
  const to = changed(changes[change], from);
  const before = [t[G.incarnationA], t[G.incarnationB]];
  const after = [...before];
  const kind = changes[change];
  if (kind === 'confirm' || kind === 'degrade') after[from.primary] = 1;
  if (kind === 'restore') after[1 - from.primary] = 1;
  const breach = checkedAgainstCode(change, from, to, before, after);
  t.copyWithin(G.oldEpoch, G.epoch, G.state + 1);
  t[G.epoch] = to.epoch;
  t[G.primary] = to.primary;
  t[G.synced] = to.synced;
  t[G.state] = to.state;
  t[G.incarnationA] = after[0];
  t[G.incarnationB] = after[1];
  if (to.state === RecordState.open) t[G.opened] = to.primary + 1;
  for (const n of nodes) {
    const b = baseOf(n);
    if (t[b + N.lag] > 0) t[b + N.lag]--;
    t[b + N.late] = 0;
    if (to.epoch !== from.epoch) t[b + N.consent] = 0;
    if (t[b + N.cas] === 0) continue;
    if (t[b + N.casAt] === CasAt.inFlight) t[b + N.casAt] = CasAt.refused;
    else if (t[b + N.casAt] < CasAt.overtakenTwice) t[b + N.casAt]++;
  }
  return breach;
}
