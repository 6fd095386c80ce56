import { baseOf, Data, G, N, RecordState } from './layout';

/**
 * @param sabotaged then only a loss counts: that somebody is served before the creation is confirmed would be found first
 * @returns the invariant that does not hold in this state, or ''.
 */
export function violation(s: Uint8Array, sabotaged: boolean): string {
  if (!s[G.opened])
    return sabotaged ? '' : s[G.acked] | s[G.seen] ? 'R1: a client was served before an epoch was opened' : '';
  const log = s[baseOf(s[G.opened] - 1) + N.log];
  if (s[G.acked] & ~log) return 'I1/I2: an acknowledged commit is missing on the node of the highest opened epoch';
  if (s[G.seen] & ~log)
    return 'I3: what a client saw through an open gate is missing on the node of the highest opened epoch';
  return '';
}

/** I5: everything back: primary open, names set, secondary streams and in syncSet; one host gone: open, serving alone. */
export function isGood(s: Uint8Array): boolean {
  const b = baseOf(s[G.primary]);
  const serves = s[b + N.up] && s[b + N.data] === Data.primary && s[b + N.gate] && s[b + N.confirmed];
  if (!serves || s[G.state] !== RecordState.open || s[b + N.epoch] !== s[G.epoch]) return false;
  if (s[G.calm] === 1) return s[b + N.names] === 1 && s[G.synced] === 1 && s[G.attached] === 1;
  return !s[b + N.names] && !s[G.synced];
}

/** R5: degraded, or never opened since the creation, and then the primary's host is gone: a human decides. */
export function isForHuman(s: Uint8Array): boolean {
  if (s[G.calm] < 2 || s[G.primary] !== s[G.calm] - 2) return false;
  const other = 1 - s[G.primary];
  return s[baseOf(other) + N.data] < Data.primary || (!s[G.synced] && s[G.state] === RecordState.open);
}
