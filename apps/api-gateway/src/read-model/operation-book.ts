import type { EventView, InstanceSpec, OperationView } from '@tandem/contracts';
import { begun, concluded, plannedSteps, progressOf, rolledBack, switchoverStepBegunBy } from './operation-steps';

/** How many operations are remembered; the event log has them all. */
const REMEMBERED_MAX = 5_000;
/** How many of the newest events an operation shows. */
const EVENTS_MAX = 50;

type OperationEvent = Pick<EventView, 'position' | 'type' | 'data' | 'at'>;

interface AnyData {
  operationId?: string;
  instanceId?: string;
  spec?: InstanceSpec;
  step?: string;
  durationMs?: number;
  epoch?: number;
  problem?: { code: string; detail: string };
  record?: { instanceId: string };
}

const begins: Readonly<Record<string, OperationView['kind']>> = {
  InstanceCreationRequested: 'create-instance',
  InstanceDeletionRequested: 'delete-instance',
  InstanceChangeCompleted: 'change-instance',
  SwitchoverRequested: 'switchover',
};
const outcomes: Readonly<Record<string, 'succeeded' | 'failed'>> = {
  InstanceCreated: 'succeeded',
  InstanceDeleted: 'succeeded',
  InstanceChangeCompleted: 'succeeded',
  SwitchoverCompleted: 'succeeded',
  InstanceCreationFailed: 'failed',
  SwitchoverFailed: 'failed',
};

/** Operations as their events tell them. */
export class OperationBook {
  private readonly operations = new Map<string, OperationView>();
  /** Instance -> its operation that runs: events of the topology name no operation. */
  private readonly running = new Map<string, string>();

  get(id: string): OperationView | undefined {
    return this.operations.get(id);
  }

  all(): OperationView[] {
    return [...this.operations.values()];
  }

  /** An operation that a service has accepted, before its first event is here; events decide once they come. */
  accept({ id, kind, instanceId, startedAt }: Pick<OperationView, 'id' | 'kind' | 'instanceId' | 'startedAt'>): void {
    if (!this.operations.has(id)) this.put(fresh({ id, kind, instanceId, startedAt }));
  }

  apply({ position, type, data, at }: OperationEvent): void {
    const { operationId, instanceId = '', spec, record } = data as AnyData;
    const id = operationId ?? this.running.get(instanceId || (record?.instanceId ?? ''));
    if (id === undefined) return;
    const kind = begins[type];
    if (kind) this.begin(fresh({ id, kind, instanceId, startedAt: at }, spec));
    const known = this.operations.get(id);
    if (!known) return;
    const events = [...known.events, { position, type, at }].slice(-EVENTS_MAX);
    const moved = { ...evolve(known, type, data as AnyData, at), events };
    this.put({ ...moved, progress: progressOf(moved.steps, moved.status) });
    if (moved.status !== 'running') this.running.delete(moved.instanceId);
  }

  /** The same place in the order, also when it was accepted before. */
  private begin(operation: OperationView): void {
    this.put(operation);
    this.running.set(operation.instanceId, operation.id);
  }

  private put(operation: OperationView): void {
    this.operations.set(operation.id, operation);
    const oldest = this.operations.keys().next().value;
    if (this.operations.size > REMEMBERED_MAX && oldest !== undefined) this.operations.delete(oldest);
  }
}

function fresh(
  { id, kind, instanceId, startedAt }: Pick<OperationView, 'id' | 'kind' | 'instanceId' | 'startedAt'>,
  spec?: InstanceSpec,
): OperationView {
  const steps = plannedSteps(kind, spec);
  return { id, kind, instanceId, status: 'running', startedAt, finishedAt: null, steps, progress: 0, events: [] };
}

function evolve(operation: OperationView, type: string, data: AnyData, at: string): OperationView {
  const status = outcomes[type];
  if (status) {
    const { instanceId, durationMs, epoch, problem } = data;
    const steps = concluded(operation.steps, status, at);
    const ended = { ...operation, status, finishedAt: at, steps };
    const timing = durationMs === undefined ? {} : { durationMs, epoch };
    return status === 'failed' ? { ...ended, problem } : { ...ended, result: { instanceId, ...timing } };
  }
  if (type === 'InstanceCreationGivenUp') return { ...operation, steps: rolledBack(operation.steps, at) };
  const step = operation.kind === 'switchover' ? switchoverStepBegunBy[type] : data.step;
  return step === undefined ? operation : { ...operation, steps: begun(operation.steps, step, at) };
}
