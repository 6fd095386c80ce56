import { baseOf, Data, G, N, nodes } from './layout';

const perNode = [N.log, N.visible, N.reply, N.released, N.mark];
const masks = [G.acked, G.seen, ...nodes.flatMap((n) => perNode.map((field) => baseOf(n) + field))];

/** An entry in both logs can never be lost again (a rewind keeps the common beginning): it leaves the window. */
function dropCommon(t: Uint8Array): void {
  const a = baseOf(0) + N.log;
  const b = baseOf(1) + N.log;
  while (t[a] & t[b] & 1) {
    for (const i of masks) t[i] >>= 1;
    t[G.promotions] >>= 1;
    t[G.next]--;
  }
}

/** The newest entry, in no log, neither acknowledged nor seen, is gone for good. */
function dropVanished(t: Uint8Array): void {
  while (t[G.next] > 0) {
    const newest = 1 << (t[G.next] - 1);
    let left = 0;
    for (const i of masks) left |= t[i] & newest;
    if (left) return;
    t[G.next]--;
    t[G.promotions] &= ~newest;
  }
}

/** States that differ only in what nothing can depend on become the same state. */
export function normalise(t: Uint8Array): void {
  dropCommon(t);
  dropVanished(t);
  let old = true;
  for (const n of nodes) {
    const b = baseOf(n);
    const waiting = t[b + N.log] & ~t[b + N.visible];
    t[b + N.released] &= waiting;
    if (!t[G.attached]) t[b + N.reply] &= waiting;
    if (t[b + N.data] !== Data.primary) t[b + N.visible] = t[b + N.reply] = t[b + N.released] = 0;
    if (t[b + N.epoch] === 0) t[b + N.lag] = 0;
    if (t[b + N.primary] !== n) {
      // It sends no CAS before a new epoch names it, and an old one cannot land on that.
      if (t[G.primary] !== n) t[b + N.doubt] = 0;
      if (t[b + N.agent] && t[b + N.lag] === 2) t[b + N.fresh] = 1;
    }
    if (t[G.primary] === n) t[b + N.consent] = 0;
    if (t[b + N.lag] === 0) old = false;
  }
  if (old) t[G.oldEpoch] = t[G.oldPrimary] = t[G.oldSynced] = t[G.oldState] = 0;
  if (t[G.calm]) t[G.faults] = 0;
}
