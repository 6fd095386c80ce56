import { AgentCas, CasOutcome, effectOfCas } from './cas-effect';

const kinds: AgentCas[] = ['hand-over', 'switchover', 'confirm', 'degrade', 'restore', 'settle'];
const outcomes: CasOutcome[] = ['done', 'refused', 'unanswered'];
const all = kinds.flatMap((kind) => outcomes.map((outcome) => [kind, outcome] as const));

test.each(all)('R2: %s, %s: names are cleared by the success of a degrade alone', (kind, outcome) => {
  expect(effectOfCas(kind, outcome).clearNames).toBe(kind === 'degrade' && outcome === 'done');
});

test.each(all)('R1: %s, %s: only success of a confirm or degrade gives the right to serve', (kind, outcome) => {
  expect(effectOfCas(kind, outcome).confirms).toBe((kind === 'confirm' || kind === 'degrade') && outcome === 'done');
});

test.each(all)('R12: %s, %s: only success is built upon, and doubt ends with success alone', (kind, outcome) => {
  const { adopt, fresh, doubt } = effectOfCas(kind, outcome);
  expect([adopt, fresh]).toEqual([outcome === 'done', outcome === 'done']);
  expect(doubt).toBe({ done: 'no', refused: 'keep', unanswered: 'yes' }[outcome]);
});

test('the sabotage takes an unanswered CAS for a failure: no doubt is left, and a restore releases commits', () => {
  expect(effectOfCas('restore', 'unanswered', 'unanswered-is-failure')).toMatchObject({
    doubt: 'no',
    clearNames: true,
  });
  expect(effectOfCas('degrade', 'unanswered', 'unanswered-is-failure')).toMatchObject({
    doubt: 'no',
    clearNames: false,
  });
});
