import { InstanceId, InstancePlan } from '@tandem/contracts';
import { EventLog, StoredEvent, Subscription } from '@tandem/event-log';
import { MeasuredFailover, timings } from '@tandem/protocol';

/** Enough for every row and instance to have some of its own; the older ones say little about today's load. */
const KEPT = 1_000;

interface Completed {
  readonly instanceId: InstanceId;
  readonly kind: string;
  readonly reason: string;
  readonly steps: readonly { step: string; row: string; sinceStartMs: number }[];
}

export type OnFailover = (failover: { kind: string; reason: string; tookMs: number }) => void;

/** What the event log tells of the installation that records do not: plans, and how long failovers have taken. */
export class InstallationBook {
  private readonly plans = new Map<InstanceId, InstancePlan>();
  private measured: MeasuredFailover[] = [];
  private subscription: Subscription | null = null;

  constructor(private readonly onFailover: OnFailover = () => undefined) {}

  get failovers(): readonly MeasuredFailover[] {
    return this.measured;
  }

  plan(instanceId: InstanceId): InstancePlan | undefined {
    return this.plans.get(instanceId);
  }

  /** Follows the log from its beginning; what it needs is in memory once this has resolved. */
  async follow(events: EventLog, onError: (error: unknown) => void): Promise<void> {
    this.subscription = events.subscribe({
      name: 'what-if',
      from: 0,
      types: ['InstanceCreationRequested', 'InstanceDeleted', 'FailoverCompleted'],
      handler: (event) => this.apply(event),
      onError,
    });
    await this.subscription.caughtUp;
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  apply({ type, data }: Pick<StoredEvent, 'type' | 'data'>): void {
    const { instanceId, plan } = data as { instanceId: InstanceId; plan: InstancePlan };
    if (type === 'InstanceCreationRequested') this.plans.set(instanceId, plan);
    else if (type === 'InstanceDeleted') this.plans.delete(instanceId);
    else this.measure(data as Completed);
  }

  /**
   * A silent host whose silence was not told has been measured from too late on, and one whose consent came later than
   * silence explains was waited for by something else (a cut within the last ten seconds): they say nothing of the next.
   */
  private measure({ instanceId, kind, reason, steps }: Completed): void {
    const decided = steps.find(({ step }) => step === 'promotion-decided');
    const durationMs = steps.at(-1)?.sinceStartMs;
    const begins = steps[0]?.step;
    this.onFailover({ kind, reason, tookMs: durationMs ?? 0 });
    const asked = steps.find(({ step }) => step === 'consent-asked')?.sinceStartMs ?? 0;
    if (begins === 'silence-began' && asked > 2 * timings.suspect) return;
    if (!decided || durationMs === undefined || (begins !== 'handed-over' && begins !== 'silence-began')) return;
    this.measured = [...this.measured, { instanceId, row: decided.row, durationMs }].slice(-KEPT);
  }
}
