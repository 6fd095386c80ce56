import { either, interleaved, matchEvents, maybe, repeated } from './event-pattern';

describe('a pattern of events', () => {
  it('is matched by its sequence, and by nothing shorter or longer', () => {
    expect(matchEvents(['a', 'b'], ['a', 'b'])).toEqual({ verdict: 'matches' });
    expect(matchEvents(['a', 'b'], ['a'])).toEqual({ verdict: 'incomplete' });
    expect(matchEvents(['a', 'b'], ['a', 'b', 'b'])).toEqual({ verdict: 'wrong', at: 2 });
    expect(matchEvents(['a', 'b'], ['b', 'a'])).toEqual({ verdict: 'wrong', at: 0 });
    expect(matchEvents([], [])).toEqual({ verdict: 'matches' });
    expect(matchEvents([], ['a'])).toEqual({ verdict: 'wrong', at: 0 });
  });

  it('takes one alternative to its end, and does not mix them', () => {
    const pattern = either(['a', 'b'], ['a', 'c', 'd']);
    expect(matchEvents(pattern, ['a', 'c', 'd'])).toEqual({ verdict: 'matches' });
    expect(matchEvents(pattern, ['a', 'b', 'd'])).toEqual({ verdict: 'wrong', at: 2 });
  });

  it('interleaves what different parties tell, each in its own order', () => {
    const pattern = interleaved(['a', 'b'], ['x', 'y']);
    expect(matchEvents(pattern, ['x', 'a', 'b', 'y'])).toEqual({ verdict: 'matches' });
    expect(matchEvents(pattern, ['y', 'a', 'b', 'x'])).toEqual({ verdict: 'wrong', at: 0 });
    expect(matchEvents(pattern, ['x', 'a', 'b'])).toEqual({ verdict: 'incomplete' });
  });

  it('leaves out what may be missing, and counts no repetition', () => {
    expect(matchEvents([maybe('a'), 'b'], ['b'])).toEqual({ verdict: 'matches' });
    expect(matchEvents([maybe('a'), 'b'], ['a', 'a', 'b'])).toEqual({ verdict: 'wrong', at: 1 });
    expect(matchEvents([repeated('a'), 'b'], ['a', 'a', 'b'])).toEqual({ verdict: 'matches' });
  });
});
