import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `look` gives something other than undefined, false or null, and returns it; after `withinMs` it fails and
 * says what was waited for. For conditions that no message announces; never a substitute for one.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T> | T,
  withinMs = 10_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false && seen !== null) return seen as Exclude<T, false | null | undefined>;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
    await delay(10);
  }
}
