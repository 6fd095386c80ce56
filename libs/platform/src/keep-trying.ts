import { Backoff } from './backoff';
import { Transient, UnknownOutcome } from './errors';

/**
 * Repeats `work` while it fails with Transient or UnknownOutcome, with pauses of 100 ms to 2 s: for what a process
 * needs before it can begin at all. Anything else is thrown on; an aborted signal ends it with the last failure.
 */
export async function keepTrying<T>(
  work: () => Promise<T>,
  options: { readonly onFailure?: (error: unknown) => void; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const backoff = new Backoff({ minMs: 100, maxMs: 2_000 });
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const worthIt = error instanceof Transient || error instanceof UnknownOutcome;
      if (!worthIt || options.signal?.aborted) throw error;
      options.onFailure?.(error);
      await backoff.pause(options.signal);
    }
  }
}
