import { decideAgent, decideConsent, decideEndpoint, decideFailover, decideGuard, Verdict } from '@tandem/protocol';
import { agentFacts, consentFacts, endpointFacts, failoverFacts, guardFacts } from './enumerate';

function count<F>(all: Iterable<F>, decide: (facts: F) => Verdict<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const facts of all) {
    const { row } = decide(facts);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return counts;
}

/** For each table, how many combinations of facts each row decides: a changed number is a changed decision. */
export const verdictCounts = (): Readonly<Record<string, ReadonlyMap<string, number>>> => ({
  agent: count(agentFacts(), (f) => decideAgent(f)),
  consent: count(consentFacts(), decideConsent),
  failover: count(failoverFacts(), decideFailover),
  guard: count(guardFacts(), decideGuard),
  endpoint: count(endpointFacts(), decideEndpoint),
});

/** The same as lines, sorted by row. */
export const verdictLines = (counts = verdictCounts()): string =>
  Object.entries(counts)
    .flatMap(([table, rows]) => [...rows].sort().map(([row, n]) => `${table} ${row} ${n}\n`))
    .join('');
