import { EventView, FailoverStepView, FailoverView, SwitchReason, TopologyRecord } from '@tandem/contracts';
import { FailoverStep, failoverIdOf, failoverSteps, versionsOfFailover } from '@tandem/protocol';

interface Completed {
  readonly epoch: number;
  readonly steps: readonly { step: string; row: string; at: string }[];
}

const recordOf = ({ data }: EventView): TopologyRecord | undefined => data['record'] as TopologyRecord | undefined;

/** Every change of the primary that one stream of topology events tells, oldest first. */
export function failoversOf(events: readonly EventView[]): FailoverView[] {
  const history = events.flatMap((event) => recordOf(event) ?? []);
  const epochs = new Set(history.filter(({ state }) => state === 'open').map(({ epoch }) => epoch));
  const newest = history.at(-1);
  if (newest?.state === 'promoting') epochs.add(newest.epoch);
  const stories = [...epochs].map((epoch) => ({ epoch, versions: versionsOfFailover(history, epoch) }));
  return stories.filter(({ versions }) => versions.length > 0).map((story) => failoverOf(story, history, events));
}

function failoverOf(
  { epoch, versions }: { epoch: number; versions: readonly TopologyRecord[] },
  history: readonly TopologyRecord[],
  events: readonly EventView[],
): FailoverView {
  const completed = events.find((event) => event.type === 'FailoverCompleted' && event.data['epoch'] === epoch);
  const { steps: told = [] } = (completed?.data ?? {}) as Partial<Completed>;
  const repointed = told.filter(({ step }) => step === 'endpoint-repointed').map(endpointStep);
  const steps = timed([...failoverSteps(versions), ...repointed]);
  const promotion = versions.find((version) => version.epoch === epoch) ?? versions[0];
  const left = history[history.indexOf(versions[0]) - 1];
  return {
    id: failoverIdOf(promotion),
    instanceId: promotion.instanceId,
    epoch,
    kind: promotion.handOver?.kind ?? 'fault',
    reason: reasonOf(promotion, left.primary, epoch, events),
    from: left.primary,
    to: promotion.primary,
    status: completed ? 'completed' : 'running',
    startedAt: steps[0].at,
    completedAt: completed ? steps[steps.length - 1].at : null,
    durationMs: completed ? steps[steps.length - 1].sinceStartMs : null,
    lossBytes: lossOf(promotion, left),
    steps,
  };
}

const endpointStep = ({ row, at }: Completed['steps'][number]): FailoverStep => ({
  step: 'endpoint-repointed',
  row,
  because: null,
  by: null,
  at,
  facts: null,
});

function timed(steps: readonly FailoverStep[]): FailoverStepView[] {
  const ms = steps.map(({ at }) => Date.parse(at));
  // Hosts have clocks of their own: a step is never shown before the one that it followed from.
  return steps.map((step, i) => ({
    ...step,
    sinceStartMs: ms[i] - ms[0],
    tookMs: i === 0 ? 0 : Math.max(0, ms[i] - ms[i - 1]),
  }));
}

/** R4 (a): who was in the syncSet that was left has everything; of anybody else only the decision itself can tell. */
function lossOf(promotion: TopologyRecord, left: TopologyRecord): number | null {
  if (left.syncSet.includes(promotion.primary) || left.primary === promotion.primary) return 0;
  const told = promotion.decision.facts['lossBytes'];
  return typeof told === 'number' ? told : null;
}

const words: Readonly<Record<string, SwitchReason>> = {
  'postmaster-died': 'process-died',
  requested: 'manual',
  'class-change': 'class-change',
  patch: 'patch',
  forced: 'forced',
};

/** A primary that fenced itself lived on without the store: not its host was lost, but the network between them. */
function reasonOf(
  { handOver }: TopologyRecord,
  from: string,
  epoch: number,
  events: readonly EventView[],
): SwitchReason {
  if (handOver) return words[handOver.reason] ?? (handOver.reason.startsWith('gray') ? 'gray' : 'process-died');
  const fenced = events.some(
    ({ type, data }) =>
      type === 'NodeFenced' && data['nodeId'] === from && data['epoch'] === epoch - 1 && data['row'] === 'fence/self',
  );
  return fenced ? 'network' : 'host-lost';
}
