import fc from 'fast-check';
import { pageOf } from './page';

const walk = (all: string[], limit: number, newestFirst = false, between: () => void = () => undefined): string[] => {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { items, next } = pageOf(all, (key) => key, { limit, cursor, newestFirst });
    seen.push(...items);
    if (next === null) return seen;
    cursor = next;
    between();
  }
};

describe('pageOf', () => {
  it('shows each item once and in order, however long the pages are', () => {
    const keys = fc.uniqueArray(
      fc.string({ minLength: 1 }).filter((key) => key.isWellFormed()),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 7 }), fc.boolean(), (all, limit, newestFirst) => {
        const sorted = [...all].sort((a, b) => (a < b ? -1 : 1));
        expect(walk(all, limit, newestFirst)).toEqual(newestFirst ? sorted.reverse() : sorted);
      }),
    );
  });

  it('misses nothing and repeats nothing while items come and go', () => {
    const all = ['a', 'b', 'c', 'd', 'e', 'f'];
    const seen = walk(all, 2, false, () => {
      all.splice(all.indexOf('a'), all.includes('a') ? 1 : 0);
      if (!all.includes('aa')) all.unshift('aa');
    });
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('ends with the last full page', () => {
    expect(pageOf(['a', 'b'], (key) => key, { limit: 2 }).next).toBeNull();
  });

  it.each(['%', 'a b', '====', 'A'])('refuses %j, which is no cursor of it', (cursor) => {
    expect(() => pageOf(['a'], (key) => key, { limit: 1, cursor })).toThrow('Not valid: cursor.');
  });
});
