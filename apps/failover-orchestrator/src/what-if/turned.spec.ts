import { WhatIfAnswer } from '@tandem/contracts';
import { turned } from './turned';

const answer = (name: string, bad: boolean): WhatIfAnswer => ({
  lost: { kind: 'host', hostId: name },
  name,
  outcome: bad ? 'waits' : 'takes-over',
  bad,
  takesOver: null,
  expectedMs: null,
  basis: 'prior',
  measuredFailovers: 0,
  lossBytes: 0,
  protectedAfter: false,
  row: 'wait/degraded',
  because: '',
  path: [],
});
const seen = (...answers: WhatIfAnswer[]) => new Map(answers.map(({ name, bad }) => [name, bad]));
const told = (events: ReturnType<typeof turned>) =>
  events.map(({ type, answers, bad }) => [type, answers.map(({ name }) => name), bad]);

describe('what has turned', () => {
  const good = [answer('a', false), answer('b', false)];
  const worse = [answer('a', true), answer('b', false)];

  it('is told when two looks in a row agree, and not by the first', () => {
    expect(turned(new Set(), null, worse)).toEqual([]);
    expect(turned(new Set(), seen(...good), worse)).toEqual([]);
    expect(told(turned(new Set(), seen(...worse), worse))).toEqual([['WhatIfTurnedBad', ['a'], ['a']]]);
  });

  it('is told once for each change, and not for each look', () => {
    expect(turned(new Set(['a']), seen(...worse), worse)).toEqual([]);
    expect(told(turned(new Set(['a']), seen(...good), good))).toEqual([['WhatIfTurnedGood', ['a'], []]]);
    expect(turned(new Set(), seen(...good), good)).toEqual([]);
  });

  it('tells what got worse apart from what got better', () => {
    const mixed = [answer('a', false), answer('b', true)];
    expect(told(turned(new Set(['a']), seen(...mixed), mixed))).toEqual([
      ['WhatIfTurnedBad', ['b'], ['a', 'b']],
      ['WhatIfTurnedGood', ['a'], ['b']],
    ]);
  });

  it('forgets a loss that is not asked about any more', () => {
    expect(told(turned(new Set(['gone']), seen(...worse), worse))).toEqual([['WhatIfTurnedBad', ['a'], ['a']]]);
  });
});
