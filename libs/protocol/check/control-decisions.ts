import {
  ConsentFacts,
  decideConsent,
  decideFailover,
  decideGuard,
  Fact,
  FailoverAction,
  FailoverFacts,
} from '@tandem/protocol';
import { baseOf, Data, G, N, RecordState } from './layout';

const facts: readonly Fact[] = ['yes', 'no', 'unknown'];
const states = ['open', 'promoting', 'handed-over', 'handed-over'] as const;
const kinds = ['none', 'none', 'fault', 'switchover'] as const;
const dataWords = ['none', 'damaged', 'primary', 'standby'] as const;
const booleans = [false, true];
const failoverMemo = new Map<number, number>();
export const failoverActions: readonly FailoverAction[] = [
  'wait',
  'tell-waiting',
  'ask-consent',
  'cas-promote',
  'cas-way-back',
];

/**
 * Every action that an orchestrator can decide on the newest version of the record (on an older one its CAS fails).
 * Orchestrators have no memory, so any number of them at any delay is one that may act at any time. With honest
 * detectors a host is silent if, and only if, it is lost, and a consent counts while its cut lasts.
 * @returns a set of `failoverActions`, as bits.
 */
export function failoverDecisions(s: Uint8Array): number {
  const other = 1 - s[G.primary];
  const b = baseOf(other);
  const calm = s[G.calm] > 0;
  const consent = s[b + N.consent] && (!calm || s[b + N.cut]) ? 1 : 0;
  let key = s[G.state] * 2 + s[G.synced];
  key = key * 2 + (s[other === 0 ? G.incarnationA : G.incarnationB] ? 1 : 0);
  key = key * 2 + consent;
  key = key * 2 + s[baseOf(s[G.primary]) + N.host];
  key = key * 2 + s[b + N.host];
  key = key * 2 + (calm ? 1 : 0);
  const known = failoverMemo.get(key);
  if (known !== undefined) return known;
  const honest = (host: number): readonly Fact[] => (!calm ? facts : host ? ['no'] : ['yes']);
  let set = 0;
  for (const primarySilent of honest(s[baseOf(s[G.primary]) + N.host]))
    for (const otherSilent of honest(s[b + N.host]))
      for (const promotionStuck of calm ? (['no'] as const) : facts)
        for (const given of consent ? (['given', 'none', 'refused'] as const) : (['none', 'refused'] as const)) {
          const asked: FailoverFacts = {
            state: states[s[G.state]],
            handOverKind: kinds[s[G.state]],
            synced: s[G.synced] === 1,
            primarySilent,
            otherSilent,
            otherHasData: s[other === 0 ? G.incarnationA : G.incarnationB] > 0,
            consent: given,
            promotionStuck,
            storeTrusted: true,
          };
          set |= 1 << failoverActions.indexOf(decideFailover(asked).action);
        }
  failoverMemo.set(key, set);
  return set;
}

/** What an orchestrator may ask for; with honest detectors only what fits the record, after the deadline of a switchover as for a fault. */
function askable(s: Uint8Array): readonly ConsentFacts['kind'][] {
  if (!s[G.calm]) return ['silence', 'hand-over', 'switchover'];
  if (s[G.state] === RecordState.open) return ['silence'];
  return s[G.state] === RecordState.switchingOver ? ['switchover', 'hand-over'] : ['hand-over'];
}

const consentMemo = new Map<number, boolean>();

/** Whether the secondary's agent may cut and consent: asked by anybody at any time, its detectors right or wrong. */
export function mayConsent(s: Uint8Array, node: number): boolean {
  const b = baseOf(node);
  const calm = s[G.calm] > 0;
  if (s[b + N.epoch] === 0) return false;
  if (calm && !(failoverDecisions(s) & (1 << failoverActions.indexOf('ask-consent')))) return false;
  const current = s[node === 0 ? G.incarnationA : G.incarnationB] === 1;
  const gone = !s[baseOf(s[G.primary]) + N.host];
  let key = s[b + N.state] * 2 + (s[b + N.primary] === node ? 1 : 0);
  key = key * 2 + (s[b + N.synced] && current ? 1 : 0);
  key = (key * 4 + s[b + N.data]) * 2 + s[b + N.up];
  key = key * 2 + s[b + N.rewinding];
  key = ((key * 2 + (calm ? 1 : 0)) * 2 + (gone ? 1 : 0)) * 4 + (calm ? s[G.state] : 0);
  const known = consentMemo.get(key);
  if (known !== undefined) return known;
  let may = false;
  const silent: readonly Fact[] = !calm ? facts : gone ? ['yes'] : ['no'];
  for (const kind of askable(s))
    for (const streamSilent of silent)
      for (const probeFailed of silent)
        for (const cutLately of booleans)
          for (const pastShutdown of facts) {
            const verdict = decideConsent({
              kind,
              sameVersion: true,
              state: states[s[b + N.state]],
              handOverKind: kinds[s[b + N.state]],
              named: s[b + N.primary] === node,
              inSyncSet: s[b + N.synced] === 1 && current,
              data: dataWords[s[b + N.data]],
              running: s[b + N.up] === 1,
              consistent: s[b + N.rewinding] ? 'no' : 'yes',
              streamSilent,
              probeFailed,
              cutLately,
              pastShutdown,
            });
            if (verdict.action === 'cut-and-consent') may = true;
          }
  consentMemo.set(key, may);
  return may;
}

/** R6: whether the guard may stop the node: the lease may be overdue at any time, but a secondary that streams is seen. */
export function mayFence(s: Uint8Array, node: number): boolean {
  const b = baseOf(node);
  return (
    decideGuard({
      leaseOverdue: s[G.calm] === 0,
      running: s[b + N.up] === 1,
      primary: s[b + N.data] === Data.primary,
      synced: s[b + N.synced] === 1,
      gated: s[b + N.gate] === 0,
      attached: s[G.attached] ? 'yes' : 'unknown',
    }).action === 'stop-immediate'
  );
}
