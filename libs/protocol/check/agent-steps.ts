import { AgentCas, CasOutcome, effectOfCas } from '@tandem/protocol';
import { agentActions, agentDecisions } from './agent-decisions';
import { labels } from './labels';
import { baseOf, CasAt, Data, G, N, Options } from './layout';
import { changes, changeView, land } from './record-change';
import { promoteStandby, rebuild, startPrimary, stopAgent, stopPostgres } from './postgres-world';

/** Where the steps of one state are written: `t` is the state to come, `go` hands it on. */
export interface Stepping {
  readonly t: Uint8Array;
  readonly options: Options;
  go(labelId: number, breach?: string): void;
}

const actionLabels = agentActions.map((action) => labels((n) => `agent ${n}: ${action}`));
const casLabels = changes.map((kind) => ({
  lands: labels((n) => `store: ${kind} of agent ${n} lands`),
  late: labels((n) => `store: late ${kind} of agent ${n} lands`),
  done: labels((n) => `agent ${n}: ${kind} answered with success`),
  refused: labels((n) => `agent ${n}: ${kind} refused`),
  unanswered: labels((n) => `agent ${n}: ${kind} is not answered`),
}));
const agentStarts = labels((n) => `agent ${n} starts`);
const reads = labels((n) => `agent ${n}: reads the newest version`);
const stale = labels((n) => `agent ${n}: STALE read`);
const caughtUp = labels((n, o) => `agent ${n}: sees ${o} flushed and replayed past the mark`);
const broken = labels((n) => `FAULT: agent ${n} dies amid a rejoin, the data directory is damaged`);

/** R3, R9: what belongs to one epoch ends with it. */
function newEpoch(t: Uint8Array, b: number): void {
  t[b + N.evidence] = t[b + N.mark] = t[b + N.follows] = t[b + N.confirmed] = 0;
}

function view(t: Uint8Array, b: number, from: number, lag: number): void {
  if (t[b + N.epoch] !== t[from]) newEpoch(t, b);
  t.copyWithin(b + N.epoch, from, from + 4);
  t[b + N.lag] = lag;
  t[b + N.fresh] = 1;
}

/** The answer to an agent's CAS, or that none comes; what it may believe then is decided by cas-effect.ts. */
function answer(t: Uint8Array, node: number, outcome: CasOutcome, options: Options): void {
  const b = baseOf(node);
  const change = t[b + N.cas] - 1;
  const at = t[b + N.casAt];
  const effect = effectOfCas(changes[change] as AgentCas, outcome, options.sabotage);
  if (effect.adopt) {
    changeView(t, node, change);
    t[b + N.lag] = at === CasAt.landed ? 2 : at === CasAt.overtaken ? 1 : 0;
    if (changes[change] === 'restore' || changes[change] === 'degrade') t[b + N.evidence] = t[b + N.mark] = 0;
  }
  t[b + N.fresh] = effect.fresh ? 1 : 0;
  if (effect.doubt !== 'keep') t[b + N.doubt] = effect.doubt === 'yes' ? 1 : 0;
  if (effect.confirms && t[b + N.casStart] && t[b + N.up]) t[b + N.confirmed] = 1;
  if (effect.clearNames) t[b + N.names] = t[b + N.evidence] = t[b + N.mark] = 0;
  if (outcome === 'unanswered' && at === CasAt.inFlight) t[b + N.late] |= 1 << change;
  t[b + N.cas] = t[b + N.casAt] = t[b + N.casStart] = 0;
}

/** A CAS on an old version changes nothing, so its two outcomes follow at once. */
function send(s: Uint8Array, node: number, change: number, io: Stepping): void {
  const b = baseOf(node);
  const begin = (): void => {
    io.t.set(s);
    io.t[b + N.cas] = change + 1;
    io.t[b + N.casAt] = s[b + N.lag] === 2 ? CasAt.inFlight : CasAt.refused;
    io.t[b + N.casStart] = s[b + N.up];
  };
  begin();
  if (s[b + N.lag] === 2)
    return io.go(actionLabels[agentActions.indexOf(`cas-${changes[change]}` as 'cas-confirm')][node]);
  answer(io.t, node, 'refused', io.options);
  io.go(casLabels[change].refused[node]);
  if (s[G.calm]) return;
  begin();
  answer(io.t, node, 'unanswered', io.options);
  io.go(casLabels[change].unanswered[node]);
}

/** While a CAS is under way the agent does nothing else. */
function awaitAnswer(s: Uint8Array, node: number, io: Stepping): void {
  const b = baseOf(node);
  const change = s[b + N.cas] - 1;
  const at = s[b + N.casAt];
  if (at === CasAt.inFlight) {
    io.t.set(s);
    const breach = land(io.t, change);
    io.t[b + N.casAt] = CasAt.landed;
    io.t[b + N.lag] = 1;
    io.go(casLabels[change].lands[node], breach);
  } else {
    io.t.set(s);
    answer(io.t, node, at === CasAt.refused ? 'refused' : 'done', io.options);
    io.go((at === CasAt.refused ? casLabels[change].refused : casLabels[change].done)[node]);
  }
  if (s[G.calm]) return;
  io.t.set(s);
  answer(io.t, node, 'unanswered', io.options);
  io.go(casLabels[change].unanswered[node]);
}

/** Does one action to `io.t`, a copy of `s`. @returns false if the world does not let it happen now. */
function act(s: Uint8Array, node: number, action: string, io: Stepping): boolean {
  const b = baseOf(node);
  const other = baseOf(1 - node);
  const { t, options } = io;
  const source = s[other + N.up] && s[other + N.data] === Data.primary;
  const window = options.entries + (s[G.calm] ? 2 : 0);
  switch (action) {
    case 'create-data':
      t[b + N.data] = Data.primary;
      return true;
    case 'clone':
    case 'rejoin':
      if (source) rebuild(t, node);
      if (source) t[b + N.up] = 1;
      return Boolean(source);
    case 'start-gated':
      startPrimary(t, b);
      return true;
    case 'start-standby':
      t[b + N.up] = 1;
      return true;
    case 'stop-immediate':
    case 'stop-gray':
      stopPostgres(t, b);
      return true;
    case 'stop-fast':
      // It sends what is left and waits for it, as long as the stream lasts.
      if (s[G.attached] && s[other + N.log] !== s[b + N.log]) return false;
      stopPostgres(t, b);
      return true;
    case 'drain':
      t[b + N.gate] = t[b + N.confirmed] = t[b + N.evidence] = t[b + N.mark] = 0;
      // A session that is killed while it waits leaves a commit that is visible here alone.
      t[b + N.visible] |= t[b + N.log];
      return true;
    case 'open-gate':
      t[b + N.gate] = 1;
      return true;
    case 'clear-names':
      t[b + N.names] = t[b + N.evidence] = t[b + N.mark] = 0;
      return true;
    case 'prove-names':
      if (!s[b + N.names]) t[b + N.released] = s[b + N.log] & ~s[b + N.visible];
      t[b + N.names] = 1;
      t[b + N.evidence] = s[G.attached];
      return true;
    case 'take-mark':
      t[b + N.evidence] = 2;
      t[b + N.mark] = t[b + N.log];
      return true;
    case 'cut':
      t[b + N.cut] = 1;
      t[G.attached] = 0;
      return true;
    case 'promote':
      if (s[G.next] >= window || s[b + N.rewinding] || !s[b + N.up]) return false;
      promoteStandby(t, b);
      return true;
    case 'reattach':
      t[b + N.cut] = 0;
      return true;
    case 'follow':
      t[b + N.cut] = 0;
      t[b + N.follows] = 1;
      return true;
    default:
      return false;
  }
}

const RESTORE = changes.indexOf('restore');

/** R3: a restore under way names the incarnation that its evidence was about; that one must not end meanwhile. */
function restoreInFlight(s: Uint8Array, node: number): string {
  const b = baseOf(node);
  const waits = s[b + N.cas] === RESTORE + 1 && s[b + N.casAt] === CasAt.inFlight;
  return waits || s[b + N.late] & (1 << RESTORE) ? 'R3: a restore may land that names an earlier incarnation' : '';
}

function decideAndAct(s: Uint8Array, node: number, io: Stepping): void {
  const set = agentDecisions(s, node, io.options);
  for (let i = 0; i < agentActions.length; i++) {
    if (!(set & (1 << i))) continue;
    const action = agentActions[i];
    if (action.startsWith('cas-')) {
      send(s, node, changes.indexOf(action.slice(4) as 'confirm'), io);
      continue;
    }
    io.t.set(s);
    if (!act(s, node, action, io)) continue;
    const rebuilt = action === 'rejoin' || action === 'clone';
    io.go(actionLabels[i][node], rebuilt && !io.options.sabotage ? restoreInFlight(s, 1 - node) : '');
    if (!s[G.faults] || !rebuilt) continue;
    io.t.set(s);
    rebuild(io.t, node);
    stopAgent(io.t, baseOf(node));
    io.t[baseOf(node) + N.data] = Data.damaged;
    io.t[baseOf(node) + N.rewinding] = io.t[baseOf(node) + N.follows] = 0;
    io.t[G.faults]--;
    io.go(broken[node]);
  }
}

/** Everything that one agent may do next, its messages with the store among them. */
export function agentSteps(s: Uint8Array, node: number, io: Stepping): void {
  const b = baseOf(node);
  const other = baseOf(1 - node);
  const { t } = io;
  for (let change = 0; s[b + N.late] >> change; change++) {
    if (!(s[b + N.late] & (1 << change))) continue;
    t.set(s);
    io.go(casLabels[change].late[node], land(t, change));
  }
  if (!s[b + N.host]) return;
  if (!s[b + N.agent]) {
    t.set(s);
    t[b + N.agent] = 1;
    return io.go(agentStarts[node]);
  }
  if (s[b + N.cas]) return awaitAnswer(s, node, io);
  if (s[b + N.lag] < 2 || !s[b + N.fresh]) {
    t.set(s);
    view(t, b, G.epoch, 2);
    io.go(reads[node]);
  }
  if (!s[G.calm] && !s[b + N.fresh] && s[b + N.lag] < 2 && (s[b + N.lag] === 1 || s[G.oldEpoch])) {
    t.set(s);
    if (s[b + N.lag] === 0) view(t, b, G.oldEpoch, 1);
    t[b + N.fresh] = 1;
    io.go(stale[node]);
  }
  if (s[b + N.evidence] === 2 && (s[b + N.reply] & s[b + N.mark]) === s[b + N.mark] && !s[other + N.rewinding]) {
    t.set(s);
    t[b + N.evidence] = 3;
    t[b + N.mark] = 0;
    io.go(caughtUp[node]);
  }
  decideAndAct(s, node, io);
}
