import { G } from './layout';
import { isForHuman, isGood } from './properties';
import { StateSet } from './state-set';

/** Steps between states after the faults, as pairs of numbers, kept while the search runs. */
export class CalmSteps {
  count = 0;
  private pairs = new Uint32Array(1 << 20);

  add(from: number, to: number): void {
    if (this.count * 2 >= this.pairs.length) {
      const larger = new Uint32Array(this.pairs.length * 2);
      larger.set(this.pairs);
      this.pairs = larger;
    }
    this.pairs[this.count * 2] = from;
    this.pairs[this.count * 2 + 1] = to;
    this.count++;
  }

  /** For each state the states before it: `before[start[i] .. start[i + 1]]`. */
  backwards(states: number): { start: Uint32Array; before: Uint32Array } {
    const start = new Uint32Array(states + 1);
    for (let i = 0; i < this.count; i++) start[this.pairs[i * 2 + 1] + 1]++;
    for (let i = 0; i < states; i++) start[i + 1] += start[i];
    const place = start.slice();
    const before = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) before[place[this.pairs[i * 2 + 1]]++] = this.pairs[i * 2];
    return { start, before };
  }
}

export interface DeadEnds {
  /** By what is back: 0 everything, 1 all but host A, 2 all but host B. */
  readonly states: readonly number[];
  readonly forHuman: readonly number[];
  readonly stuck: readonly number[];
  /** The first stuck state found, or -1. */
  readonly first: number;
}

/** I5 (AG EF good): from every state after the faults a good one can be reached, but for what is given to a human. */
export function deadEnds(found: StateSet, steps: CalmSteps): DeadEnds {
  const { start, before } = steps.backwards(found.size);
  const reaches = new Uint8Array(found.size);
  const open: number[] = [];
  const mark = (id: number): void => {
    if (reaches[id]) return;
    reaches[id] = 1;
    open.push(id);
  };
  for (let id = 0; id < found.size; id++) {
    const s = found.stateOf(id);
    if (s[G.calm] && isGood(s)) mark(id);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (let i = start[id]; i < start[id + 1]; i++) mark(before[i]);
  const counts = { states: [0, 0, 0], forHuman: [0, 0, 0], stuck: [0, 0, 0] };
  let first = -1;
  for (let id = 0; id < found.size; id++) {
    const s = found.stateOf(id);
    if (!s[G.calm]) continue;
    const phase = s[G.calm] - 1;
    counts.states[phase]++;
    if (reaches[id]) continue;
    if (isForHuman(s)) counts.forHuman[phase]++;
    else if (counts.stuck[phase]++ === 0 && first < 0) first = id;
  }
  return { ...counts, first };
}
