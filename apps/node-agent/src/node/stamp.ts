import { randomUUID } from 'node:crypto';
import { AgentAction, AgentFacts, Verdict, VersionStamp } from '@tandem/protocol';
import { wallIso } from '@tandem/platform';

/** A version's id, and why it is written: the row and the facts that it rested on. */
export function stampOf(verdict: Verdict<AgentAction>, facts: AgentFacts, by: string): VersionStamp {
  return {
    id: randomUUID(),
    decision: { row: verdict.row, because: verdict.because, by, at: wallIso(), facts: { ...facts } },
  };
}
