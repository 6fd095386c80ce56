/** How many callers are kept in mind; the one that has been quiet the longest is forgotten first. */
const CALLERS_MAX = 10_000;

export interface Rate {
  readonly perSecond: number;
  /** What may come at once after a quiet time. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** A token bucket for each caller. Each copy of the gateway counts for itself, so two copies let through twice as much. */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly monotonicMs: () => number) {}

  /** 0 when the request may go on, else the time in ms after which the next one may. */
  take(caller: string, { perSecond, burst }: Rate): number {
    const nowMs = this.monotonicMs();
    const known = this.buckets.get(caller);
    const gained = known ? ((nowMs - known.atMs) / 1_000) * perSecond : burst;
    const left = Math.min(burst, (known?.left ?? 0) + gained);
    const allowed = left >= 1;
    this.buckets.delete(caller);
    this.buckets.set(caller, { left: allowed ? left - 1 : left, atMs: nowMs });
    const oldest = this.buckets.keys().next().value;
    if (this.buckets.size > CALLERS_MAX && oldest !== undefined) this.buckets.delete(oldest);
    return allowed ? 0 : ((1 - left) / perSecond) * 1_000;
  }
}
