import { HostId, HostSession } from '@tandem/contracts';

/** What one round of questions to the store's leader gave for one host. */
export type SessionSighting =
  | { readonly kind: 'session'; readonly revision: number; readonly session: HostSession }
  /** The leader answered that there is none. */
  | { readonly kind: 'absent' }
  /** No answer, or one that cannot be read. */
  | { readonly kind: 'failed' };

/** Both times on the observer's own monotonic clock, ms. */
export interface SessionPoll {
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly sightings: ReadonlyMap<HostId, SessionSighting>;
}

export interface JudgeLimits {
  /** Silence that makes a host suspect, ms (timings.suspect). */
  readonly suspectMs: number;
  /** A longer pause between an answer and the next question is a freeze of the observer and counts nothing, ms. */
  readonly gapMs: number;
  /** A verdict older than this is unknown: the store itself is silent, ms. */
  readonly staleMs: number;
}

interface HostTrace {
  readonly revision: number;
  readonly session: HostSession;
  readonly silentMs: number;
  /** Whether a renewal was ever seen; before that a small silence proves no life. */
  readonly renewed: boolean;
  readonly countedToMs: number;
  readonly lastAnswerMs: number;
}

export type JudgeState = ReadonlyMap<HostId, HostTrace>;

export interface HostVerdict {
  readonly silentMs: number;
  readonly silent: 'yes' | 'no' | 'unknown';
  readonly session: HostSession | null;
}

/**
 * Counts the silence of host sessions (failover-safety.md, "Words"): only the time between an answer of the leader and
 * the next answered question, while the observer itself ran, with the revision unchanged. The time that the store
 * needs, failed polls and freezes of the observer add nothing, and no time written by anybody else is looked at.
 * After an outage as long as `suspectMs` counting starts again: hosts must find the store again, too.
 */
export function judgePoll(state: JudgeState, poll: SessionPoll, limits: JudgeLimits): JudgeState {
  const next = new Map(state);
  for (const [hostId, sighting] of poll.sightings) {
    const before = state.get(hostId);
    if (sighting.kind === 'absent') next.delete(hostId);
    else if (sighting.kind === 'session') next.set(hostId, traced(before, sighting, poll, limits));
    else if (before) next.set(hostId, { ...before, countedToMs: poll.answeredAtMs });
  }
  return next;
}

function traced(
  before: HostTrace | undefined,
  { revision, session }: Extract<SessionSighting, { kind: 'session' }>,
  poll: SessionPoll,
  limits: JudgeLimits,
): HostTrace {
  const clean = { revision, session, silentMs: 0, countedToMs: poll.answeredAtMs, lastAnswerMs: poll.answeredAtMs };
  if (!before) return { ...clean, renewed: false };
  if (before.revision !== revision) return { ...clean, renewed: true };
  if (poll.sentAtMs - before.lastAnswerMs > limits.suspectMs) return { ...clean, renewed: false };
  const idle = poll.sentAtMs - before.countedToMs;
  const counted = idle > 0 && idle <= limits.gapMs ? idle : 0;
  return { ...clean, silentMs: before.silentMs + counted, renewed: before.renewed };
}

/** R14: a host never seen, or a store that does not answer now, is unknown, which never leads to a promotion. */
export function verdictAt(state: JudgeState, hostId: HostId, nowMs: number, limits: JudgeLimits): HostVerdict {
  const trace = state.get(hostId);
  if (!trace) return { silentMs: 0, silent: 'unknown', session: null };
  const { silentMs, session } = trace;
  const current = nowMs - trace.lastAnswerMs <= limits.staleMs;
  if (!current) return { silentMs, silent: 'unknown', session };
  if (silentMs >= limits.suspectMs) return { silentMs, silent: 'yes', session };
  return { silentMs, silent: trace.renewed ? 'no' : 'unknown', session };
}
