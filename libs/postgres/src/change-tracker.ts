/**
 * How long a value has not changed, by this observer's monotonic clock: other machines' clocks and clock steps do not
 * count. What it tells is a lower bound. After a gap in its own observations everything counts as seen just now: the
 * observer's own freeze is nobody's silence (failover-safety.md, "host session").
 */
export class ChangeTracker {
  private readonly seen = new Map<string, { value: string; since: number; changed: boolean }>();
  private lastRoundAt: number | undefined;

  /** `maxGapMs` is the longest pause between two rounds that still counts as watching. */
  constructor(
    private readonly now: () => number,
    private readonly maxGapMs = 1_000,
  ) {}

  /**
   * Takes in one complete observation; keys that are missing from it are forgotten. `changed` is false until the
   * value has been seen to change: until then the age tells only for how long we have looked.
   */
  round(values: Record<string, string>): Record<string, { ageMs: number; changed: boolean }> {
    const now = this.now();
    const watching = this.lastRoundAt !== undefined && now - this.lastRoundAt <= this.maxGapMs;
    this.lastRoundAt = now;
    if (!watching) this.seen.clear();
    for (const key of this.seen.keys()) if (!(key in values)) this.seen.delete(key);
    return Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const before = this.seen.get(key);
        if (before?.value === value) return [key, { ageMs: now - before.since, changed: before.changed }];
        const changed = before !== undefined;
        this.seen.set(key, { value, since: now, changed });
        return [key, { ageMs: 0, changed }];
      }),
    );
  }
}
