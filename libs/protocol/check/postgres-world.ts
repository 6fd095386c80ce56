import { baseOf, commonPrefix, Data, G, N, nodes } from './layout';

/** What the effects of agents and the faults do to PostgreSQL and to an agent's memory. */

export function stopPostgres(t: Uint8Array, b: number): void {
  t[b + N.up] = t[b + N.gate] = t[b + N.confirmed] = t[b + N.casStart] = 0;
  t[b + N.reply] = t[b + N.released] = t[b + N.visible] = 0;
  t[b + N.evidence] = t[b + N.mark] = 0;
  t[G.attached] = 0;
}

export function startPrimary(t: Uint8Array, b: number): void {
  t[b + N.up] = 1;
  t[b + N.visible] = t[b + N.log];
}

/** PostgreSQL outlives its agent (R10); what the agent had persisted stays, what it only knew is gone. */
export function stopAgent(t: Uint8Array, b: number): void {
  if (t[b + N.cas] && t[b + N.casAt] === 0) t[b + N.late] |= 1 << (t[b + N.cas] - 1);
  t[b + N.gray] = 0;
  t[b + N.agent] = t[b + N.cas] = t[b + N.casAt] = t[b + N.casStart] = 0;
  t[b + N.fresh] = t[b + N.doubt] = t[b + N.confirmed] = t[b + N.evidence] = t[b + N.mark] = 0;
}

/** The node's data becomes the beginning of the other node's: rewound or copied, a new incarnation (R9). */
export function rebuild(t: Uint8Array, node: number): void {
  const b = baseOf(node);
  const other = baseOf(1 - node);
  stopPostgres(t, b);
  t[b + N.log] = commonPrefix(t[b + N.log], t[other + N.log]);
  t[b + N.data] = Data.standby;
  t[b + N.rewinding] = t[b + N.follows] = 1;
  t[b + N.names] = t[b + N.cut] = 0;
  const incarnation = node === 0 ? G.incarnationA : G.incarnationB;
  if (t[incarnation]) t[incarnation] = 2;
}

/** R4 (e), R13: a log entry of its own, and a clean start. */
export function promoteStandby(t: Uint8Array, b: number): void {
  t[b + N.log] |= 1 << t[G.next];
  t[G.promotions] |= 1 << t[G.next];
  t[G.next]++;
  t[b + N.data] = Data.primary;
  t[b + N.visible] = t[b + N.log];
  t[b + N.names] = t[b + N.cut] = t[b + N.follows] = t[b + N.confirmed] = t[b + N.reply] = t[b + N.released] = 0;
  t[G.attached] = 0;
}

/** Clients read what is visible behind an open gate. */
export function readThroughGates(t: Uint8Array): void {
  for (const n of nodes) {
    const b = baseOf(n);
    if (t[b + N.up] && t[b + N.data] === Data.primary && t[b + N.gate])
      t[G.seen] |= t[b + N.visible] & ~t[G.promotions];
  }
}
