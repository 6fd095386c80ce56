import type { InstanceSpec, OperationStepView, OperationView } from '@tandem/contracts';
import { creationStepsOf, deletionSteps } from '@tandem/lifecycle';

/** The steps of a switchover, each with the event by which its record shows that the step before is done. */
const switchoverSteps = ['hand over', 'promote the target', 'open the target', 'send clients there'] as const;
export const switchoverStepBegunBy: Readonly<Record<string, string>> = {
  SwitchoverRequested: switchoverSteps[0],
  PrimaryHandedOver: switchoverSteps[1],
  SecondaryPromoted: switchoverSteps[2],
  PrimaryOpened: switchoverSteps[3],
};

/** What is ahead of an operation when it begins. */
export function plannedSteps(kind: OperationView['kind'], spec: InstanceSpec | undefined): OperationStepView[] {
  switch (kind) {
    case 'create-instance':
      return creationStepsOf(spec?.edition ?? 'ha').map(pending);
    case 'delete-instance':
      return deletionSteps.map(pending);
    case 'switchover':
      return switchoverSteps.map(pending);
    case 'change-instance':
      return [];
  }
}

/** A roll-back goes through the steps of a deletion. */
export function rolledBack(steps: readonly OperationStepView[], at: string): OperationStepView[] {
  return [...steps.map((each) => closed(each, at)), ...deletionSteps.map(pending)];
}

/** The step runs, and those before it are done, whether they were seen or had nothing to do. */
export function begun(steps: readonly OperationStepView[], step: string, at: string): OperationStepView[] {
  const index = steps.findIndex((each) => each.step === step && each.status === 'pending');
  return steps.map((each, place) => {
    if (place < index) return done(each, at);
    return place === index ? { ...each, status: 'running', startedAt: at } : each;
  });
}

/** After the operation: what ran has ended with it, and nothing is pending. A roll-back that ended did its part. */
export function concluded(
  steps: readonly OperationStepView[],
  outcome: 'succeeded' | 'failed',
  at: string,
): OperationStepView[] {
  const wentWell = outcome === 'succeeded' || steps.some(({ status }) => status === 'failed');
  return steps.map((each) => (wentWell ? done(each, at) : closed(each, at)));
}

export function progressOf(steps: readonly OperationStepView[], status: OperationView['status']): number {
  if (status === 'succeeded') return 100;
  const behind = steps.filter((each) => each.status !== 'pending' && each.status !== 'running').length;
  return steps.length === 0 ? 0 : Math.round((behind / steps.length) * 100);
}

const pending = (step: string): OperationStepView => ({ step, status: 'pending', startedAt: null, finishedAt: null });

const done = (step: OperationStepView, at: string): OperationStepView =>
  step.status === 'pending' || step.status === 'running' ? { ...step, status: 'done', finishedAt: at } : step;

function closed(step: OperationStepView, at: string): OperationStepView {
  if (step.status === 'pending') return { ...step, status: 'skipped' };
  return step.status === 'running' ? { ...step, status: 'failed', finishedAt: at } : step;
}
