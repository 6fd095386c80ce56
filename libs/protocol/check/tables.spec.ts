import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AgentAction,
  AgentFacts,
  agentTable,
  consentTable,
  decideAgent,
  decideConsent,
  decideFailover,
  decideGuard,
  endpointTable,
  failoverTable,
  guardTable,
} from '@tandem/protocol';
import { agentFacts, consentFacts, failoverFacts, guardFacts } from './enumerate';
import { verdictCounts, verdictLines } from './verdict-counts';

const counts = verdictCounts();
const tables = {
  agent: agentTable,
  consent: consentTable,
  failover: failoverTable,
  guard: guardTable,
  endpoint: endpointTable,
};

test.each(Object.entries(tables))('each row of the %s table decides something, and its id is its own', (name, rows) => {
  const ids = rows.map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !counts[name].has(id))).toEqual([]);
});

test('the tables decide as they did when a person last read the golden file', () => {
  expect(verdictLines(counts)).toBe(readFileSync(join(__dirname, '../golden/verdicts.txt'), 'utf8'));
});

describe('R14: unknown never promotes', () => {
  test('a promotion rests on syncSet, a consent, and a hand-over or a silence that is known', () => {
    let promotions = 0;
    for (const f of failoverFacts()) {
      if (decideFailover(f).action !== 'cas-promote') continue;
      promotions++;
      expect(f.synced && f.consent === 'given' && f.storeTrusted).toBe(true);
      expect(f.state === 'handed-over' || (f.state === 'open' && f.primarySilent === 'yes')).toBe(true);
    }
    expect(promotions).toBeGreaterThan(0);
  });

  test('the way back leads only from an epoch that never opened to a node that is there and has data', () => {
    let waysBack = 0;
    for (const f of failoverFacts()) {
      if (decideFailover(f).action !== 'cas-way-back') continue;
      waysBack++;
      expect(f.state === 'promoting' && f.otherHasData && f.otherSilent === 'no' && f.storeTrusted).toBe(true);
      expect(f.primarySilent === 'yes' || f.promotionStuck === 'yes').toBe(true);
    }
    expect(waysBack).toBeGreaterThan(0);
  });

  test('a secondary consents only if it is in syncSet and consistent, after a hand-over or a silence that is known', () => {
    let consents = 0;
    for (const f of consentFacts()) {
      if (decideConsent(f).action !== 'cut-and-consent') continue;
      consents++;
      const secondary = f.sameVersion && !f.named && f.data === 'standby' && f.running;
      const silent = f.state === 'open' && f.streamSilent === 'yes' && f.probeFailed === 'yes' && !f.cutLately;
      const handedOver = f.state === 'handed-over' && f.kind !== 'silence';
      const past = f.kind !== 'switchover' || (f.handOverKind === 'switchover' && f.pastShutdown === 'yes');
      expect(secondary && f.inSyncSet && f.consistent === 'yes').toBe(true);
      expect(handedOver ? past : silent).toBe(true);
    }
    expect(consents).toBeGreaterThan(0);
  });
});

type Law = (f: AgentFacts, action: AgentAction) => boolean;
const laws: Record<string, Law> = {
  'R4 (e), R9: an agent promotes only its named, cut, consistent standby, while the record is promoting': (f, action) =>
    action !== 'promote' ||
    (f.named && f.state === 'promoting' && f.data === 'standby' && f.running && f.accepting && f.cut),
  'R1: a gate opens only for a node that an open record names and its own CAS confirmed': (f, action) =>
    action !== 'open-gate' || (f.named && f.state === 'open' && f.confirmed && f.running),
  'R12: while a CAS is in doubt, or a newer version exists, the only CAS is the one that settles': (f, action) =>
    (f.fresh && !f.doubt) || !action.startsWith('cas-') || (action === 'cas-settle' && f.fresh),
  'R9: nothing is given up before the open epoch is affirmed': (f, action) =>
    !['clone', 'rejoin', 'follow'].includes(action) || (!f.named && f.state === 'open' && f.affirmed === 'yes'),
  'R9: a running primary that the record does not name is stopped': (f, action) =>
    f.named || f.data !== 'primary' || !f.running || f.state === 'none' || action.startsWith('stop-'),
  'R2, R3: the record is restored only on complete evidence': (f, action) =>
    action !== 'cas-restore' ||
    (f.evidence === 'caught-up' && f.names === 'set' && f.secondary === 'attached' && f.peerAtEpoch === 'yes'),
};
const offenders = new Map<string, AgentFacts>();
for (const facts of agentFacts()) {
  const { action } = decideAgent(facts);
  for (const name in laws) if (!laws[name](facts, action)) offenders.set(name, facts);
}

test.each(Object.keys(laws))('%s', (name) => expect(offenders.get(name)).toBeUndefined());

test('R2: no row of the agent clears names; only the answer to a degrade CAS does', () => {
  expect(agentTable.filter((row) => row.action === 'clear-names')).toEqual([]);
});

test('R6: the guard stops nothing that is alone, and no answer counts as detached', () => {
  for (const f of guardFacts()) {
    const due = f.leaseOverdue && f.running && f.primary && f.synced && !f.gated && f.attached !== 'yes';
    expect(decideGuard(f).action === 'stop-immediate').toBe(due);
  }
});
