import { Loss, RehearsedStep, WhatIfAnswer } from '@tandem/contracts';
import { decideAgent } from '../agent.table';
import { decideFailover } from '../failover.table';
import { agentFactsOn, failoverFactsOn } from './facts';
import { rehearse } from './rehearse';
import { lossesOf, MeasuredFailover, nameOfLoss, Situation } from './situation';
import { hostOf, serves, Stage } from './stage';

const MEASURED_MAX = 20;

/** Every loss of one instance with its answer. */
export function whatIf(situation: Situation, history: readonly MeasuredFailover[] = []): WhatIfAnswer[] {
  return lossesOf(situation).map((lost) => answerTo(situation, lost, history));
}

export function answerTo(situation: Situation, lost: Loss, history: readonly MeasuredFailover[] = []): WhatIfAnswer {
  const end = rehearse(situation, lost);
  const outcome = outcomeOf(end);
  const { row, because } = decidedBy(end, outcome);
  const { primary, syncSet, instanceId } = end.record;
  // Times that were measured say nothing of a course with a refusal on its way.
  const refused = end.path.some((step) => step.row.startsWith('refuse/'));
  const measured = outcome === 'takes-over' && !refused ? measuredOf(history, instanceId, row) : [];
  const lossBytes = lossOf(end, outcome);
  return {
    lost,
    name: nameOfLoss(lost),
    outcome,
    bad: outcome === 'waits' || outcome === 'unreachable' || lossBytes !== 0,
    takesOver: outcome === 'takes-over' ? { nodeId: primary, hostId: hostOf(end, primary) } : null,
    expectedMs: serves(end) ? (median(measured) ?? end.servedSinceMs) : null,
    basis: measured.length > 0 ? 'measured' : 'prior',
    measuredFailovers: measured.length,
    lossBytes,
    protectedAfter: syncSet.length > 0,
    row,
    because,
    path: [...end.path],
  };
}

function outcomeOf(end: Stage): WhatIfAnswer['outcome'] {
  if (serves(end)) return end.record.primary === end.situation.record.primary ? 'goes-on' : 'takes-over';
  return Object.keys(end.endpoints).length === 0 ? 'unreachable' : 'waits';
}

const unreachable = { row: 'none', because: 'every endpoint host of the instance is lost' };

/** The decision that made the answer what it is: the last one that changed something, or the one that stands at the end. */
function decidedBy(end: Stage, outcome: WhatIfAnswer['outcome']): { row: string; because: string } {
  if (outcome === 'unreachable') return unreachable;
  const last = (fits: (step: RehearsedStep) => boolean): RehearsedStep | undefined =>
    [...end.path].reverse().find(fits);
  if (outcome === 'takes-over') {
    const epoch = last(({ action }) => action === 'cas-promote' || action === 'cas-way-back');
    if (epoch) return epoch;
  }
  const standing = decideFailover(failoverFactsOn(end));
  if (outcome === 'waits') {
    if (standing.action === 'tell-waiting' || !end.nodes[end.record.primary].agent) return standing;
    return decideAgent(agentFactsOn(end, end.record.primary));
  }
  const refusal = last(({ row }) => row.startsWith('refuse/'));
  return last(({ action }) => action.startsWith('cas-')) ?? refusal ?? standing;
}

/** R4 (a): who is promoted out of syncSet has everything. A node that waits for its return lacks nothing either. */
function lossOf(end: Stage, outcome: WhatIfAnswer['outcome']): number | null {
  if (outcome !== 'takes-over') return 0;
  const { record, lagBytes } = end.situation;
  const complete = record.syncSet.includes(end.record.primary) || record.state === 'promoting';
  return complete ? 0 : lagBytes;
}

/** Of this instance where there are any, else of the whole installation; the newest count. */
function measuredOf(history: readonly MeasuredFailover[], instanceId: string, row: string): number[] {
  const same = history.filter((one) => one.row === row);
  const own = same.filter((one) => one.instanceId === instanceId);
  return (own.length > 0 ? own : same).slice(-MEASURED_MAX).map(({ durationMs }) => durationMs);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}
