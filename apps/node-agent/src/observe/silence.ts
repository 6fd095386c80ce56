/**
 * How long something has not changed, on the observer's own monotonic clock. A gap between two looks that is longer than
 * `maxGapMs` is the observer's own freeze and counts for nothing (failover-safety.md, "host session").
 */
export class Silence {
  private key: string | undefined;
  private lastLook: number | undefined;
  private silentFor = 0;

  constructor(private readonly maxGapMs: number) {}

  /** Notes one look; `key` changes with every sign of life. Returns the silence so far in ms. */
  look(key: string, nowMs: number): number {
    const gap = this.lastLook === undefined ? 0 : nowMs - this.lastLook;
    this.lastLook = nowMs;
    if (key !== this.key) {
      this.key = key;
      this.silentFor = 0;
    } else if (gap <= this.maxGapMs) this.silentFor += gap;
    return this.silentFor;
  }

  reset(): void {
    this.key = undefined;
    this.lastLook = undefined;
    this.silentFor = 0;
  }
}
