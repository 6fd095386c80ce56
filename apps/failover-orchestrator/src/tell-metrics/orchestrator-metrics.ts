import { metrics, TopologyRecord } from '@tandem/contracts';
import { AppendOutcome, EventLog, Relay } from '@tandem/event-log';
import { MetricBook, monotonicMs, pause } from '@tandem/platform';
import { LiveWhatIf } from '../what-if/what-if';
import { AtRiskClock } from './at-risk-clock';

/** A scrape does not wait for a control database that is away. */
const LOG_MS = 500;

interface Sources {
  readonly events: () => EventLog | undefined;
  readonly relay: () => Relay | undefined;
  readonly whatIf: () => LiveWhatIf | undefined;
}

/** What the orchestrator counts as it happens, and what it looks up at each scrape. */
export class OrchestratorMetrics {
  readonly book = new MetricBook('failover-orchestrator');
  readonly atRisk = new AtRiskClock(monotonicMs);

  constructor(private readonly sources: Sources) {
    this.book.collect(() => this.look());
    this.book.collect(() => this.lookAtRelay());
  }

  readonly appended = (tookMs: number, outcome: AppendOutcome): void =>
    this.book.observe(metrics.appendDuration, { outcome }, tookMs / 1_000);

  readonly cas = ({ decision }: TopologyRecord, outcome: string): void =>
    this.book.add(metrics.recordCas, { row: decision.row, outcome });

  readonly failover = ({ kind, reason, tookMs }: { kind: string; reason: string; tookMs: number }): void => {
    this.book.add(metrics.failovers, { kind, reason });
    this.book.observe(metrics.failoverDuration, { kind }, tookMs / 1_000);
  };

  private look(): void {
    const { book, atRisk } = this;
    book.clear(metrics.atRiskSeconds);
    for (const [instance_id, ms] of atRisk.totals()) book.set(metrics.atRiskSeconds, { instance_id }, ms / 1_000);
    book.clear(metrics.whatIfBad);
    for (const [instance_id, count] of this.sources.whatIf()?.bad ?? [])
      book.set(metrics.whatIfBad, { instance_id }, count);
  }

  private async lookAtRelay(): Promise<void> {
    const { book } = this;
    const relay = this.sources.relay();
    book.set(metrics.relayActive, {}, relay?.active ? 1 : 0);
    book.clear(metrics.relayLag);
    const events = this.sources.events();
    if (!relay?.active || !events) return;
    const last = await Promise.race([events.lastPosition().catch(() => null), pause(LOG_MS).then(() => null)]);
    if (last !== null) book.set(metrics.relayLag, {}, Math.max(0, last - relay.position));
  }
}
