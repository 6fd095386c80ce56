import type { OperationView } from '@tandem/contracts';

/** How many operations are remembered; the event log has them all. */
const REMEMBERED_MAX = 5_000;

interface OperationEvent {
  readonly type: string;
  readonly data: unknown;
  readonly at: string;
}

interface AnyData {
  operationId: string;
  instanceId: string;
  durationMs?: number;
  epoch?: number;
  problem?: { code: string; detail: string };
}

const begins: Readonly<Record<string, OperationView['kind']>> = {
  InstanceCreationRequested: 'create-instance',
  InstanceDeletionRequested: 'delete-instance',
  SwitchoverRequested: 'switchover',
};
const succeeds = new Set(['InstanceCreated', 'InstanceDeleted', 'SwitchoverCompleted']);
const fails = new Set(['InstanceCreationFailed', 'SwitchoverFailed']);

/** Operations as their events tell them. */
export class OperationBook {
  private readonly operations = new Map<string, OperationView>();

  get(id: string): OperationView | undefined {
    return this.operations.get(id);
  }

  /** An operation that a service has accepted, before its first event is here; events decide once they come. */
  accept(operation: Pick<OperationView, 'id' | 'kind' | 'instanceId' | 'startedAt'>): void {
    if (!this.operations.has(operation.id)) this.put({ ...operation, status: 'running', finishedAt: null });
  }

  apply({ type, data, at }: OperationEvent): void {
    const { operationId: id, instanceId, durationMs, epoch, problem } = data as AnyData;
    const kind = begins[type];
    if (kind) this.put({ id, kind, instanceId, status: 'running', startedAt: at, finishedAt: null });
    const known = this.operations.get(id);
    if (!known) return;
    const ended = { ...known, finishedAt: at };
    if (succeeds.has(type)) {
      const result = { instanceId, ...(durationMs === undefined ? {} : { durationMs, epoch }) };
      this.put({ ...ended, status: 'succeeded', result });
    }
    if (fails.has(type)) this.put({ ...ended, status: 'failed', problem });
  }

  private put(operation: OperationView): void {
    this.operations.set(operation.id, operation);
    const oldest = this.operations.keys().next().value;
    if (this.operations.size > REMEMBERED_MAX && oldest !== undefined) this.operations.delete(oldest);
  }
}
