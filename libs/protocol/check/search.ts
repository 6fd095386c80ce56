import { agentClasses, forgetAgentDecisions } from './agent-decisions';
import { CalmSteps, DeadEnds, deadEnds } from './dead-ends';
import { textOf } from './labels';
import { G, initialState, Options } from './layout';
import { violation } from './properties';
import { changesCompared } from './record-change';
import { show } from './show';
import { StateSet } from './state-set';
import { successorsWith } from './successors';

export interface Outcome {
  readonly states: number;
  readonly transitions: number;
  /** The longest of the shortest ways to a state. */
  readonly depth: number;
  readonly agentClasses: number;
  readonly recordChanges: number;
  readonly violation: string;
  /** The shortest way to the violation, or to the first dead end. */
  readonly trace: readonly string[];
  readonly deadEnds: DeadEnds | null;
}

/**
 * Explores every reachable state, breadth first, so that a trace is the shortest one. Stops at the first violation.
 * @param statesMax more states than this are refused, as they would not fit into memory
 */
export function explore(options: Options, statesMax = 30e6): Outcome {
  forgetAgentDecisions();
  const successors = successorsWith(options);
  const found = new StateSet();
  const calmSteps = new CalmSteps();
  let transitions = 0;
  let depth = 0;
  let levelEnd = 1;
  let bad = -1;
  let why = '';
  found.add(initialState(options), -1);
  for (let id = 0; id < found.size && bad < 0; id++) {
    if (id === levelEnd) {
      depth++;
      levelEnd = found.size;
    }
    const state = found.stateOf(id);
    const calm = state[G.calm] > 0;
    successors(state, (_, next, breach) => {
      transitions++;
      const before = found.size;
      const to = found.add(next, id);
      if (calm) calmSteps.add(id, to);
      if (bad >= 0 || (to < before && !breach)) return;
      why = breach || violation(next, options.sabotage !== undefined);
      if (why) bad = to;
    });
    if (found.size > statesMax) throw new Error(`more than ${statesMax} states`);
  }
  const ends = bad < 0 && options.calm ? deadEnds(found, calmSteps) : null;
  const shown = bad >= 0 ? bad : (ends?.first ?? -1);
  return {
    states: found.size,
    transitions,
    depth,
    agentClasses: agentClasses(),
    recordChanges: changesCompared(),
    violation: why,
    trace: shown < 0 ? [] : traceTo(shown, found, options),
    deadEnds: ends,
  };
}

function traceTo(id: number, found: StateSet, options: Options): string[] {
  const successors = successorsWith(options);
  const lines = [show(found.stateOf(id))];
  for (let child = id; found.parentOf(child) >= 0; child = found.parentOf(child)) {
    const wanted = Buffer.from(found.stateOf(child));
    let text = '';
    successors(found.stateOf(found.parentOf(child)), (labelId, next) => {
      if (!text && wanted.equals(next)) text = textOf(labelId);
    });
    lines.unshift(text);
  }
  return lines;
}
