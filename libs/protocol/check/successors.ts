import { agentSteps, Stepping } from './agent-steps';
import { controlSteps } from './control-steps';
import { nodes, Options, STATE_BYTES } from './layout';
import { normalise } from './normal-form';
import { readThroughGates } from './postgres-world';
import { worldSteps } from './world-steps';

export type Emit = (labelId: number, next: Uint8Array, breach: string) => void;

/** All states that can follow: every step of everybody, in every order, is any delay, freeze and partition. */
export function successorsWith(options: Options): (state: Uint8Array, emit: Emit) => void {
  const t = new Uint8Array(STATE_BYTES);
  let hand: Emit = () => undefined;
  const io: Stepping = {
    t,
    options,
    go(labelId, breach = '') {
      readThroughGates(t);
      normalise(t);
      hand(labelId, t, breach);
    },
  };
  return (state, emit) => {
    hand = emit;
    worldSteps(state, io);
    controlSteps(state, io);
    for (const node of nodes) agentSteps(state, node, io);
  };
}
