import { Branch, Lsn } from '@tandem/contracts';
import { AgentFacts } from './agent.facts';

/** An LSN as a number that compares. */
export function lsnValue(lsn: Lsn): bigint {
  const [high, low] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** R9: one branch, by its whole identity. */
export const sameBranch = (a: Branch, b: Branch): boolean =>
  a.epoch === b.epoch && a.timeline === b.timeline && a.switchLsn === b.switchLsn;

/** R9: whether a history has come to this branch; unknown means no (R14). */
export function endsOn(lineage: readonly Branch[], branch: Branch | null): boolean {
  const last = lineage.at(-1);
  return last !== undefined && branch !== null && sameBranch(last, branch);
}

/**
 * R9: whether a data directory that went through `mine` and reaches to `position` is a part of the history of a source
 * that went through `source`. Branch identities are compared, never timeline numbers alone: two nodes may have been
 * promoted to the same number.
 */
export function lineageOf(
  mine: readonly Branch[],
  position: Lsn | null,
  source: readonly Branch[],
): AgentFacts['lineage'] {
  if (mine.length === 0 || source.length === 0 || position === null) return 'unknown';
  if (mine.length > source.length || !mine.every((branch, i) => sameBranch(branch, source[i]))) return 'diverged';
  const next = source[mine.length];
  return !next || lsnValue(position) <= lsnValue(next.switchLsn) ? 'prefix' : 'diverged';
}
