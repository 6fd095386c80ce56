import { bootId, monotonicMs, Transient } from '@tandem/platform';

/** Carries the time at which the requester stops waiting. */
export const DEADLINE_HEADER = 'Tandem-Deadline';

const thisBoot = bootId();

/**
 * When the requester stops waiting. On one machine it is compared by the monotonic clock; between machines by the wall
 * clock, which may be wrong: then requests are refused, or done late. Nothing safe rests on it, as every change is
 * checked against a version anyway.
 */
export class Deadline {
  private constructor(
    private readonly boot: string,
    private readonly atMonotonicMs: number,
    private readonly atEpochMs: number,
  ) {}

  static in(ms: number): Deadline {
    return new Deadline(thisBoot, monotonicMs() + ms, Date.now() + ms);
  }

  /** As it travels in a header; null for text that is none. */
  static parse(text: string): Deadline | null {
    const [, boot, monotonic, epoch] = /^([0-9a-f-]{36}) (\d{1,15}) (\d{1,15})$/.exec(text) ?? [];
    return boot === undefined ? null : new Deadline(boot, Number(monotonic), Number(epoch));
  }

  /** Below 0 once it has passed. */
  remainingMs(): number {
    return this.boot === thisBoot ? this.atMonotonicMs - monotonicMs() : this.atEpochMs - Date.now();
  }

  /** Throws Transient `deadline-passed`: nobody waits any more, so nothing is done. */
  expectAhead(): void {
    const leftMs = this.remainingMs();
    if (leftMs > 0) return;
    throw new Transient('deadline-passed', `the deadline passed ${Math.ceil(-leftMs)} ms ago; nothing was done`);
  }

  toString(): string {
    return `${this.boot} ${Math.floor(this.atMonotonicMs)} ${Math.floor(this.atEpochMs)}`;
  }
}
