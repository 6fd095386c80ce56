import { AgentFacts, timings } from '@tandem/protocol';
import { Silence } from './silence';

export interface SecondarySample {
  /** The walsender's row of exactly the expected name: node id and incarnation (R3). */
  readonly row?: { readonly streaming: boolean; readonly replyAgeMs: number };
  /** The longest that any commit has waited for the secondary. */
  readonly waitingMaxMs: number;
}

/** An agent looks every 50 ms; a longer gap than this is its own freeze, not the secondary's. */
const MAX_GAP_MS = 500;

/**
 * The secondary's stream as the primary sees it. A row that goes while its last reply was young was closed; one that
 * goes later, by our own timeouts, or is there but lets commits wait for degradeAfter, is silent (Timings, degradeAfter).
 */
export class SecondaryWatch {
  private readonly absent = new Silence(MAX_GAP_MS);
  private lastReplyAge: number | undefined;
  /** When commits were last seen to have waited too long; until it says a word again it stays silent. */
  private tooLateAtMs: number | undefined;

  constructor(private readonly degradeAfterMs: number = timings.degradeAfter) {}

  /** Forgets everything: another start of the postmaster, or another name to wait for. */
  reset(): void {
    this.absent.reset();
    this.lastReplyAge = this.tooLateAtMs = undefined;
  }

  /** Notes one look at PostgreSQL and judges; `nowMs` is monotonic. */
  look({ row, waitingMaxMs }: SecondarySample, nowMs: number): AgentFacts['secondary'] {
    if (!row) {
      const absentMs = this.absent.look('absent', nowMs);
      if (this.lastReplyAge !== undefined) return this.lastReplyAge < timings.closedReplyAge ? 'closed' : 'silent';
      return absentMs >= this.degradeAfterMs ? 'silent' : 'unsure';
    }
    this.absent.reset();
    this.lastReplyAge = row.replyAgeMs;
    if (waitingMaxMs >= this.degradeAfterMs) this.tooLateAtMs = nowMs;
    const repliedSince = this.tooLateAtMs === undefined || row.replyAgeMs < nowMs - this.tooLateAtMs;
    if (!repliedSince) return 'silent';
    this.tooLateAtMs = undefined;
    return row.streaming && row.replyAgeMs < timings.attachedWindow ? 'attached' : 'unsure';
  }
}
