import { Stepping } from './agent-steps';
import { label, labels } from './labels';
import { baseOf, Data, G, isPrefix, N, nodes } from './layout';
import { stopAgent, stopPostgres } from './postgres-world';

const attaches = labels((n, o) => `${n}: its receiver attaches to ${o}`);
const flushes = labels((n, o) => `${n}: flushes the next WAL of ${o}`);
const hears = labels((n, o) => `${n}: hears the flush position of ${o}`);
const consistent = labels((n) => `${n}: has replayed past the end of the rewind, is consistent`);
const breaks = label('the stream breaks');
const commits = labels((n) => `client: a commit is flushed on ${n} and waits`);
const acknowledges = labels((n) => `client: ${n} acknowledges what waits no longer`);
const postmasterDies = labels((n) => `FAULT: postmaster of ${n} dies`);
const agentDies = labels((n) => `FAULT: agent ${n} dies`);
const turnsGray = labels((n) => `FAULT: the disk of ${n} fails while it looks alive`);
const worksAgain = labels((n) => `the disk of ${n} works again`);
const hostLost = labels((n) => `FAULT: host ${n} is lost`);
const hostReturns = labels((n) => `host ${n} returns`);
const allBack = label('FAULTS OVER, everything is back');
const neverBack = labels((n) => `FAULTS OVER, host ${n} never returns`);

function replication(s: Uint8Array, node: number, io: Stepping): void {
  const { t } = io;
  const b = baseOf(node);
  const source = baseOf(1 - node);
  if (s[b + N.data] !== Data.standby || !s[b + N.up] || s[source + N.data] !== Data.primary || !s[source + N.up])
    return;
  if (!s[G.attached]) {
    if (s[b + N.cut] || !isPrefix(s[b + N.log], s[source + N.log])) return;
    t.set(s);
    t[G.attached] = 1;
    t[source + N.reply] = 0;
    return io.go(attaches[node]);
  }
  const missing = s[source + N.log] & ~s[b + N.log];
  if (missing) {
    t.set(s);
    t[b + N.log] |= missing & -missing;
    io.go(flushes[node]);
  } else if (s[b + N.rewinding]) {
    t.set(s);
    t[b + N.rewinding] = 0;
    io.go(consistent[node]);
  }
  if (s[source + N.reply] !== s[b + N.log]) {
    t.set(s);
    t[source + N.reply] = s[b + N.log];
    io.go(hears[1 - node]);
  }
  if (s[G.calm]) return;
  t.set(s);
  t[G.attached] = 0;
  io.go(breaks);
}

function clients(s: Uint8Array, node: number, io: Stepping): void {
  const { t, options } = io;
  const b = baseOf(node);
  if (!s[b + N.up] || s[b + N.data] !== Data.primary || !s[b + N.gate]) return;
  if (!s[G.calm] && s[G.next] < options.entries) {
    t.set(s);
    t[b + N.log] |= 1 << s[G.next];
    t[G.next]++;
    io.go(commits[node]);
  }
  // The sabotage is one of the effect: what the agent takes for names in force is nothing.
  const enforced = s[b + N.names] && options.sabotage !== 'no-names';
  const waiting = s[b + N.log] & ~s[b + N.visible];
  const free = enforced ? waiting & (s[b + N.reply] | s[b + N.released]) : waiting;
  if (!free) return;
  t.set(s);
  t[b + N.visible] |= free;
  t[G.acked] |= free & ~s[G.promotions];
  io.go(acknowledges[node]);
}

function faults(s: Uint8Array, node: number, io: Stepping): void {
  const { t } = io;
  const b = baseOf(node);
  if (s[b + N.up]) {
    t.set(s);
    stopPostgres(t, b);
    t[G.faults]--;
    io.go(postmasterDies[node]);
  }
  if (s[b + N.agent] && s[b + N.up] && s[b + N.data] === Data.primary && !s[b + N.gray]) {
    t.set(s);
    t[b + N.gray] = 1;
    t[G.faults]--;
    io.go(turnsGray[node]);
  }
  if (s[b + N.agent]) {
    t.set(s);
    stopAgent(t, b);
    t[G.faults]--;
    io.go(agentDies[node]);
  }
  if (s[b + N.host]) {
    t.set(s);
    if (s[b + N.up]) stopPostgres(t, b);
    stopAgent(t, b);
    t[b + N.host] = 0;
    t[G.faults]--;
    io.go(hostLost[node]);
  }
}

/** From here on detectors are honest, answers arrive and nothing new fails. */
function calmBegins(s: Uint8Array, io: Stepping): void {
  const { t } = io;
  for (const gone of [-1, ...nodes]) {
    if (gone >= 0 && s[baseOf(gone) + N.host]) continue;
    t.set(s);
    t[G.calm] = gone + 2;
    for (const n of nodes) if (n !== gone) t[baseOf(n) + N.host] = 1;
    for (const n of nodes) t[baseOf(n) + N.gray] = 0;
    io.go(gone < 0 ? allBack : neverBack[gone]);
  }
}

/** PostgreSQL, its clients, the network and the faults. */
export function worldSteps(s: Uint8Array, io: Stepping): void {
  if (!s[G.calm] && io.options.calm) calmBegins(s, io);
  for (const node of nodes) {
    replication(s, node, io);
    clients(s, node, io);
    if (s[G.calm]) continue;
    if (s[G.faults]) faults(s, node, io);
    if (s[baseOf(node) + N.gray]) {
      io.t.set(s);
      io.t[baseOf(node) + N.gray] = 0;
      io.go(worksAgain[node]);
    }
    if (s[baseOf(node) + N.host]) continue;
    io.t.set(s);
    io.t[baseOf(node) + N.host] = 1;
    io.go(hostReturns[node]);
  }
}
