import { sabotages } from '@tandem/protocol';
import { Options } from './layout';
import { explore } from './search';

/** No fault but delay, broken streams, wrong detectors and unanswered CASes: those are free. */
const small: Options = { faults: 0, entries: 2, epochs: 2, switchover: false, calm: false };

test('the tables hold their invariants and have no dead end, within bounds that a unit test can afford', () => {
  const outcome = explore({ ...small, entries: 1, calm: true });
  expect(outcome.violation).toBe('');
  expect(outcome.states).toBeGreaterThan(10_000);
  expect(outcome.deadEnds?.states[0]).toBeGreaterThan(1_000);
  expect(outcome.deadEnds?.stuck).toEqual([0, 0, 0]);
});

test.each(sabotages)('%s is found as a loss', (sabotage) => {
  expect(explore({ ...small, sabotage }).violation).toMatch(/^I[123]/);
});
