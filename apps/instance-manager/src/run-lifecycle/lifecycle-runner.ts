import { setMaxListeners } from 'node:events';
import type { SecretStore } from '@tandem/event-log';
import { allocationStream, decideInstance, InstanceCommand, InstanceState, StepOutcome } from '@tandem/lifecycle';
import { Logger, pause, Transient } from '@tandem/platform';
import type { Along, StreamAppend } from '../backends/append-together';
import { InstanceStore, instanceStream } from '../backends/instance-store';
import { verifierSecret } from '../create-instance/verifier-secret';
import type { CreationWorkflow } from './creation-workflow';
import type { DeletionWorkflow } from './deletion-workflow';
import { Progress } from './progress';
import type { StepRecorder } from './step-recorder';

/** A waiting workflow looks at the record this often; creations and deletions are rare. */
const LOOK_MS = 100;
/** Between attempts at an effect that did not succeed. */
const RETRY_MS = 500;

type Moving = Extract<InstanceState, { status: 'creating' | 'deleting' }>;

/**
 * Runs one workflow for each instance that is being created or deleted, from wherever a look finds it. Copies of the
 * manager may run the same one: effects are idempotent, and the end is one append with an expected version.
 */
export class LifecycleRunner {
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly store: InstanceStore,
    private readonly creation: CreationWorkflow,
    private readonly deletion: DeletionWorkflow,
    private readonly secrets: SecretStore,
    private readonly steps: StepRecorder,
    private readonly logger: Logger,
  ) {}

  /** Begins with what is under way; more begins as events come. */
  start(): void {
    // Each workflow that pauses listens; more than ten at once is no leak.
    setMaxListeners(0, this.stopping.signal);
    const begin = (): void => this.store.ids().forEach((id) => this.begin(id));
    this.store.onApplied(begin);
    begin();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running.values());
  }

  private begin(instanceId: string): void {
    if (this.running.has(instanceId) || this.stopping.signal.aborted || !this.moving(instanceId)) return;
    const work = this.run(instanceId).finally(() => {
      this.running.delete(instanceId);
      this.begin(instanceId);
    });
    this.running.set(instanceId, work);
  }

  private moving(instanceId: string): Moving | null {
    const { state } = this.store.get(instanceId);
    return state.status === 'creating' || state.status === 'deleting' ? state : null;
  }

  private async run(instanceId: string): Promise<void> {
    const progress = new Progress();
    const begun = this.moving(instanceId)?.status;
    for (;;) {
      const state = this.moving(instanceId);
      if (!state || state.status !== begun || this.stopping.signal.aborted) return;
      try {
        await pause(await this.step(state, progress), this.stopping.signal);
      } catch (err) {
        this.failed(state, progress, err);
        await pause(RETRY_MS, this.stopping.signal);
      }
    }
  }

  /** One look and what follows from it; answers how long to wait before the next, in ms. */
  private async step(state: Moving, progress: Progress): Promise<number> {
    if (state.status === 'deleting' || state.givenUp) return this.deletionStep(state, progress);
    const step = await this.creation.look(state, progress);
    await this.moveTo(state, progress, step);
    if (step.next === 'call') {
      return this.fanOut(step.effects, (each) => this.creation.carryOut(each, state, progress), state, progress);
    }
    if (step.next === 'fail') await this.end(state, { do: 'give-up-creation', problem: step.problem });
    if (step.next === 'finish') await this.end(state, { do: 'complete-creation' });
    return step.next === 'wait' ? LOOK_MS : 0;
  }

  private async deletionStep(state: Moving, progress: Progress): Promise<number> {
    const step = await this.deletion.look(state, progress);
    await this.moveTo(state, progress, step);
    if (step.next === 'call') {
      return this.fanOut(step.effects, (each) => this.deletion.carryOut(each, state, progress), state, progress);
    }
    if (step.next !== 'finish') return LOOK_MS;
    await this.end(state, { do: state.status === 'deleting' ? 'complete-deletion' : 'fail-creation' });
    return 0;
  }

  private async fanOut<E>(
    effects: readonly E[],
    carryOut: (effect: E) => Promise<void>,
    state: Moving,
    progress: Progress,
  ): Promise<number> {
    const results = await Promise.allSettled(effects.map(carryOut));
    const failures = results.filter((each) => each.status === 'rejected');
    for (const { reason } of failures) this.failed(state, progress, reason);
    if (failures.length > 0) return RETRY_MS;
    await this.steps.done(progress.lastStep);
    return 0;
  }

  /** A turn of a workflow; in one transaction with its end, name, ports and secret go where nothing is left. */
  private async end(state: Moving, command: InstanceCommand): Promise<void> {
    const { instanceId, operationId } = state;
    const known = this.store.get(instanceId);
    const decided = decideInstance(command, known.state);
    if (!decided.ok || decided.value.length === 0) return;
    const stream = instanceStream(instanceId);
    const appends: StreamAppend[] = decided.value.map((event) => ({
      stream,
      expectedVersion: known.version,
      ...event,
    }));
    const isOver = command.do === 'fail-creation' || command.do === 'complete-deletion';
    if (isOver) appends.push(...this.release(instanceId));
    const forget: Along = (client) => this.secrets.removeWithin(client, verifierSecret(instanceId));
    // A conflict is looked at again: another creation moved the ledger, or another copy came first.
    const conflict = await this.store.append(appends, operationId, isOver ? forget : undefined);
    if (!conflict) this.logger.info({ instanceId, operationId, end: command.do }, 'A workflow has turned');
  }

  private release(instanceId: string): StreamAppend[] {
    const { allocations, version } = this.store.ledger;
    if (!allocations.has(instanceId)) return [];
    const type = 'InstanceAllocationReleased';
    return [{ stream: allocationStream, expectedVersion: version, type, data: { instanceId } }];
  }

  /** A step is recorded before anything of it is done, so that whoever looks sees where a dead manager stood. */
  private async moveTo(state: Moving, progress: Progress, { step, next }: StepOutcome<unknown>): Promise<void> {
    if (progress.lastStep === step) return;
    await this.steps.started(state, step);
    progress.lastStep = step;
    const { instanceId, status, operationId } = state;
    this.logger.info({ instanceId, operationId, status, step, next }, 'A workflow moves on');
  }

  private failed({ instanceId, operationId }: Moving, progress: Progress, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (progress.lastFailure === reason) return;
    progress.lastFailure = reason;
    const level = error instanceof Transient ? 'info' : 'warn';
    this.logger[level]({ err: error, instanceId, operationId }, 'An effect of a workflow is tried again');
  }
}
