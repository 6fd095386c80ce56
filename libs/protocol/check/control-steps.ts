import { Stepping } from './agent-steps';
import { failoverActions, failoverDecisions, mayConsent, mayFence } from './control-decisions';
import { labels } from './labels';
import { baseOf, G, N, nodes } from './layout';
import { stopPostgres } from './postgres-world';
import { land, PROMOTE } from './record-change';

const consents = labels((n) => `agent ${n}: cuts its stream and consents`);
const promotes = labels((n) => `orchestrator: the next epoch names ${n}`);
const waysBack = labels((n) => `orchestrator: way back, the next epoch names ${n}`);
const fences = labels((n) => `guard of ${n}: stops PostgreSQL`);
const PROMOTE_BIT = 1 << failoverActions.indexOf('cas-promote');
const WAY_BACK_BIT = 1 << failoverActions.indexOf('cas-way-back');

/** Orchestrators, the consents that they ask for, and the guards. */
export function controlSteps(s: Uint8Array, io: Stepping): void {
  const { t, options } = io;
  const decided = failoverDecisions(s);
  const other = 1 - s[G.primary];
  if (decided & (PROMOTE_BIT | WAY_BACK_BIT) && s[G.epoch] < options.epochs + (s[G.calm] ? 2 : 0)) {
    t.set(s);
    const breach = land(t, PROMOTE);
    io.go((decided & PROMOTE_BIT ? promotes : waysBack)[other], breach);
  }
  for (const node of nodes) {
    const b = baseOf(node);
    const given = s[b + N.cut] && (s[b + N.consent] || s[b + N.epoch] !== s[G.epoch]);
    if (s[b + N.agent] && !s[b + N.cas] && !given && mayConsent(s, node)) {
      t.set(s);
      t[b + N.cut] = 1;
      t[G.attached] = 0;
      if (s[b + N.epoch] === s[G.epoch]) t[b + N.consent] = 1;
      io.go(consents[node]);
    }
    if (s[b + N.host] && mayFence(s, node)) {
      t.set(s);
      stopPostgres(t, b);
      io.go(fences[node]);
    }
  }
}
