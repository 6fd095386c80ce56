import { loseBothInTurn } from './lose-both-in-turn';
import { Scenario, undoAll } from './scenario';
import { withWorkload } from './with-workload';

/** The record says that the secondary holds everything, while PostgreSQL lets no commit wait for it. */
export const noNames: Scenario = {
  rule: 'R3: enforce first, then record',
  assertion: 'acknowledged-commits-kept',
  undo: undoAll,
  run: (instance) => withWorkload(instance, (workload) => loseBothInTurn(instance, workload)),
};
