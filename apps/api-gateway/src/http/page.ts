import { Problem } from './problem';

export interface PageWish {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly newestFirst?: boolean;
}

/**
 * One page in the order of the keys, which are unique and never change: whoever goes on from a cursor misses nothing
 * and sees nothing twice, whatever came or went meanwhile.
 */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor, newestFirst = false }: PageWish,
): { items: T[]; next: string | null } {
  const sign = newestFirst ? -1 : 1;
  const compare = (a: string, b: string): number => sign * (a < b ? -1 : a > b ? 1 : 0);
  const after = cursor === undefined ? null : keyOfCursor(cursor);
  const rest = all
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === null || compare(key, after) > 0)
    .sort((a, b) => compare(a.key, b.key));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    next: last && rest.length > page.length ? Buffer.from(last.key).toString('base64url') : null,
  };
}

function keyOfCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') === cursor) return key;
  throw new Problem('invalid-request', 'Not valid: cursor.', {
    errors: [{ field: 'cursor', message: 'must be the `next` of the page before' }],
  });
}
