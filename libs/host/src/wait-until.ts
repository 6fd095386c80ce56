import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks again and again until `look` gives something other than undefined or false, at most `boundMs` long; undefined
 * when the bound was reached first. One look always takes place.
 */
export async function waitUntil<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { boundMs, everyMs = 5 }: { boundMs: number; everyMs?: number },
): Promise<T | undefined> {
  const end = performance.now() + boundMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() >= end) return undefined;
    await delay(everyMs);
  }
}
