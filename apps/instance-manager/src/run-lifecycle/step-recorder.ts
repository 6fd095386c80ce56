import type { EventLog } from '@tandem/event-log';
import { creationSteps, deletionSteps } from '@tandem/lifecycle';
import { stableId } from '@tandem/platform';

/** Called when a step has been recorded and nothing of it is done, and when all its effects have been acknowledged. */
export type AtBoundary = (boundary: { readonly step: string; readonly at: 'recorded' | 'done' }) => Promise<void>;

const recorded: ReadonlySet<string> = new Set([...creationSteps, ...deletionSteps]);

/** Writes the steps of operations into the event log: each once, whichever copy or life of the manager comes to it. */
export class StepRecorder {
  constructor(
    private readonly log: EventLog,
    private readonly atBoundary: AtBoundary = async () => undefined,
  ) {}

  /** Throws while the event log is away: a step that nobody could see is not begun. */
  async started(
    { instanceId, operationId }: { readonly instanceId: string; readonly operationId: string },
    step: string,
  ): Promise<void> {
    if (!recorded.has(step)) return;
    const id = stableId('step', operationId, step);
    const meta = { actor: 'service:instance-manager', correlationId: operationId };
    const event = { id, type: 'OperationStepStarted', data: { operationId, instanceId, step }, meta };
    await this.log.append(`operation:${operationId}`, 'any', [event]);
    await this.atBoundary({ step, at: 'recorded' });
  }

  async done(step: string): Promise<void> {
    await this.atBoundary({ step, at: 'done' });
  }
}
