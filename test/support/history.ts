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

  noteError(error: unknown): void {
    const { code, message } = error as { code?: string; message: string };
    const key = code ?? message;
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }
}

export const rowKey = (row: { writer: number; seq: number }): string => `${row.writer}:${row.seq}`;
