import { ProbeResult } from '@tandem/postgres';
import { timings } from '@tandem/protocol';

export interface Gray {
  readonly database: string;
  readonly reason: string;
}

/** A round begins each second and takes up to two; a longer gap is the agent's own freeze and counts for nothing. */
const MAX_GAP_MS = 4_000;

/**
 * R7: a database whose probe has failed for grayAfter without a break, by five probes at least, is gray. What is not
 * known breaks the row: unknown never leads to a hand-over (R14).
 */
export class GrayWatch {
  private failing = new Map<string, { sinceMs: number; probes: number }>();
  private lastMs = -Infinity;
  private found: Gray | null = null;

  /** Notes one round; the verdict stands until a round in which everything was committed. */
  look(results: readonly ProbeResult[], nowMs: number): Gray | null {
    const before = nowMs - this.lastMs > MAX_GAP_MS ? new Map<string, never>() : this.failing;
    this.lastMs = nowMs;
    this.failing = new Map();
    for (const { database, outcome, reason } of results) {
      if (outcome !== 'failed') continue;
      const { sinceMs, probes } = before.get(database) ?? { sinceMs: nowMs, probes: 0 };
      this.failing.set(database, { sinceMs, probes: probes + 1 });
      if (nowMs - sinceMs >= timings.grayAfter && probes + 1 >= timings.grayProbes) this.found ??= { database, reason };
    }
    if (results.length > 0 && results.every(({ outcome }) => outcome === 'committed')) this.found = null;
    return this.found;
  }

  /** The start of the postmaster has ended: its failures belong to it, the verdict does not. */
  newStart(): void {
    this.failing = new Map();
  }
}
