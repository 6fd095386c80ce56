import { setTimeout as delay } from 'node:timers/promises';

/** Growing, jittered pauses between `minMs` and `maxMs` for loops that must go on for ever. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly bounds: { readonly minMs: number; readonly maxMs: number },
    private readonly random: () => number = Math.random,
  ) {}

  /** The next pause in ms; doubles with every call, jittered by up to a fifth so that copies spread out. */
  nextMs(): number {
    const base = Math.min(this.bounds.maxMs, this.bounds.minMs * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return Math.round(base * (0.8 + 0.2 * this.random()));
  }

  reset(): void {
    this.failures = 0;
  }

  /** Pauses; an aborted signal ends the pause early and without an error. */
  async pause(signal?: AbortSignal): Promise<void> {
    await pause(this.nextMs(), signal);
  }
}

/** Resolves after `ms`, or as soon as the signal is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
