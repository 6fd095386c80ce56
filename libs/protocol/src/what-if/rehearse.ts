import { Loss } from '@tandem/contracts';
import { timings } from '../timings';
import { ABSENT_MS, HORIZON_MS, SWITCHOVER_WITHDRAW_MS } from './prior';
import { agentMoves, endpointMoves, orchestratorMoves } from './parties';
import { Situation } from './situation';
import { opening, serves, Stage } from './stage';

/** More moves than any course of events needs; reaching it is our own fault, hence the throw. */
const MOVES_MAX = 200;

/**
 * Plays one loss through: each party decides by its production table over what it would know, its decision is put into
 * effect, and when nobody has anything to do the clock goes on to the next moment at which a fact can change.
 */
export function rehearse(situation: Situation, lost: Loss): Stage {
  let stage = opening(situation, lost);
  for (let moves = 0; moves < MOVES_MAX; moves++) {
    stage = { ...stage, servedSinceMs: serves(stage) ? (stage.servedSinceMs ?? stage.nowMs) : null };
    const next = moved(stage) ?? later(stage);
    if (next === null) return stage;
    stage = next;
  }
  const rows = stage.path.slice(-6).map(({ row }) => row);
  throw new Error(`a rehearsal did not end after ${MOVES_MAX} moves: ${rows.join(', ')}`);
}

/** The first party that has something to do does it. */
function moved(stage: Stage): Stage | null {
  const decided = orchestratorMoves(stage);
  if (decided) return decided;
  for (const nodeId of Object.keys(stage.nodes)) {
    const after = agentMoves(stage, nodeId);
    if (after) return after;
  }
  for (const hostId of Object.keys(stage.endpoints)) {
    const after = endpointMoves(stage, hostId);
    if (after) return after;
  }
  return null;
}

/** The next moment at which a fact can change; null beyond the horizon. */
function later(stage: Stage): Stage | null {
  const { nowMs, recordSinceMs, nodes, consent } = stage;
  const own = Object.values(nodes).flatMap((node) => [
    node.acceptsFromMs ?? -1,
    node.consentUntilMs,
    node.silenceCutInMs,
  ]);
  const moments = [
    ABSENT_MS,
    timings.suspect,
    timings.silent,
    timings.degradeAfter,
    timings.fence,
    recordSinceMs + timings.withdrawAfter,
    recordSinceMs + SWITCHOVER_WITHDRAW_MS,
    recordSinceMs + timings.promotionDeadline + 1,
    consent?.kind === 'given' ? consent.untilMs : -1,
    ...own,
  ];
  const next = Math.min(...moments.filter((moment) => moment > nowMs));
  return next > HORIZON_MS ? null : accepting({ ...stage, nowMs: next });
}

/** Nodes whose recovery has ended by now; a standby attaches again to whom it followed. */
function accepting(stage: Stage): Stage {
  const nodes = Object.entries(stage.nodes).map(([nodeId, node]) => {
    const ended = node.acceptsFromMs !== null && node.acceptsFromMs <= stage.nowMs;
    const streaming = node.data === 'standby' && node.following;
    const after = { ...node, accepting: true, acceptsFromMs: null, closed: false, streaming };
    return [nodeId, ended ? after : node] as const;
  });
  return { ...stage, nodes: Object.fromEntries(nodes) };
}
