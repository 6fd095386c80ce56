/**
 * A sequence of events, each by its type and the row that decided it: `SecondaryPromoted promote/host-silent`. Racing
 * outcomes are alternatives; what is told by different parties may interleave.
 */
export type Pattern =
  | string
  | readonly Pattern[]
  | { readonly either: readonly Pattern[] }
  | { readonly interleaved: readonly Pattern[] }
  | { readonly repeated: Pattern };

export const either = (...either: Pattern[]): Pattern => ({ either });
export const maybe = (pattern: Pattern): Pattern => ({ either: [pattern, []] });
export const interleaved = (...interleaved: Pattern[]): Pattern => ({ interleaved });
/** Any number of times, also none. */
export const repeated = (repeated: Pattern): Pattern => ({ repeated });

const isSequence = (pattern: Pattern): pattern is readonly Pattern[] => Array.isArray(pattern);

/** Whether the pattern may end here. */
function mayEnd(pattern: Pattern): boolean {
  if (typeof pattern === 'string') return false;
  if (isSequence(pattern)) return pattern.every(mayEnd);
  if ('either' in pattern) return pattern.either.some(mayEnd);
  if ('interleaved' in pattern) return pattern.interleaved.every(mayEnd);
  return true;
}

/** What may follow once `token` has been seen: one pattern for each way to read it. */
function after(pattern: Pattern, token: string): Pattern[] {
  if (typeof pattern === 'string') return pattern === token ? [[]] : [];
  if (isSequence(pattern)) {
    const [first, ...rest] = pattern;
    if (first === undefined) return [];
    const here = after(first, token).map((left) => [left, ...rest]);
    return mayEnd(first) ? [...here, ...after(rest, token)] : here;
  }
  if ('either' in pattern) return pattern.either.flatMap((one) => after(one, token));
  if ('repeated' in pattern) return after(pattern.repeated, token).map((left) => [left, pattern]);
  return pattern.interleaved.flatMap((one, at) =>
    after(one, token).map((left) => interleaved(...pattern.interleaved.map((other, i) => (i === at ? left : other)))),
  );
}

/** `matches`, or how far the tokens fit: `incomplete` when more may come, `wrong` at the first that fits nowhere. */
export function matchEvents(
  pattern: Pattern,
  tokens: readonly string[],
): { verdict: 'matches' | 'incomplete' } | { verdict: 'wrong'; at: number } {
  let states: Pattern[] = [pattern];
  for (const [at, token] of tokens.entries()) {
    const next = new Map(states.flatMap((state) => after(state, token)).map((state) => [JSON.stringify(state), state]));
    if (next.size === 0) return { verdict: 'wrong', at };
    states = [...next.values()];
  }
  return { verdict: states.some(mayEnd) ? 'matches' : 'incomplete' };
}
