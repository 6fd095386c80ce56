/** One commit that a client was told of without a WARNING; times are monotonic ms of the test's process. */
export interface Acknowledgement {
  readonly writer: number;
  readonly seq: number;
  /** `session`, `pooled`, or the node whose raw port answered. */
  readonly via: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What the clients of one run were told: the material of every assertion about acknowledged commits. */
export class History {
  readonly acknowledged: Acknowledgement[] = [];
  readonly seen = new Set<string>();
  readonly errors = new Map<string, number>();

  acknowledgedSince(ms: number): number {
    return this.acknowledged.filter(({ endMs }) => endMs >= ms).length;
  }

  get errorCount(): number {
    return [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The longest time without any acknowledgement through an endpoint, from `fromMs` until now. */
  longestGapMs(fromMs: number): number {
    const ends = this.acknowledged.filter(({ via, endMs }) => !via.startsWith('pg-') && endMs >= fromMs);
    const times = [fromMs, ...ends.map(({ endMs }) => endMs), performance.now()].sort((a, b) => a - b);
    return Math.max(...times.slice(1).map((time, index) => time - times[index]));
  }

  /** Whether a client by this way has been refused or cut. */
  hasFailed(via: string): boolean {
    return [...this.errors.keys()].some((key) => key.startsWith(`${via} `));
  }

  noteError(via: string, error: unknown): void {
    const { code, message } = error as { code?: string; message: string };
    const key = `${via} ${code ?? message}`;
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }
}

export const rowKey = (row: { writer: number; seq: number }): string => `${row.writer}:${row.seq}`;
