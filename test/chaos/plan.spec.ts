import { planRound, Strike } from './plan';

const rounds = (seed: number, count: number): Strike[][] =>
  Array.from({ length: count }, (_, at) => planRound(seed, at));

describe('the plan of a chaos run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(rounds(7, 50)).toEqual(rounds(7, 50));
    expect(rounds(7, 50)).not.toEqual(rounds(8, 50));
  });

  it('is known for each round without the rounds before it, so that one can be repeated alone', () => {
    expect(planRound(7, 31)).toEqual(rounds(7, 50)[31]);
  });

  it('begins each round at once, and ends each fault within the bound of a round', () => {
    for (const strikes of rounds(3, 500)) {
      expect(strikes[0].moment).toBe('at-once');
      expect(strikes.length).toBeLessThanOrEqual(4);
      for (const { lastsMs, afterMs } of strikes) expect(lastsMs + afterMs).toBeLessThanOrEqual(20_000);
    }
  });

  it('reaches every kind of fault, every moment and every target', () => {
    const strikes = rounds(1, 400).flat();
    const count = (of: (strike: Strike) => unknown): number => new Set(strikes.map(of)).size;
    expect(count(({ kind }) => kind)).toBe(15);
    expect(count(({ moment }) => moment)).toBe(9);
    expect(count(({ target }) => target)).toBe(4);
    expect(count(({ service }) => service)).toBe(5);
  });

  it('strikes while a CAS may be unanswered, and into a restore, within the first rounds of any seed', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const some = rounds(seed, 40);
      const store = (kind: string) => kind === 'store-down' || kind === 'pause-store';
      expect(some.some(([, second]) => second && store(second.kind) && second.moment !== 'at-once')).toBe(true);
      expect(some.flat().some(({ moment }) => moment === 'restoring')).toBe(true);
    }
  });
});
