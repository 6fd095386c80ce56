import { randomUUID } from 'node:crypto';
import { TopologyRecord } from '@tandem/contracts';
import { Bus } from '@tandem/messaging';
import { InvariantViolation, Logger, monotonicMs, pause, wallIso } from '@tandem/platform';
import {
  breachOf,
  decideFailover,
  failoverIdOf,
  FailoverAction,
  FailoverFacts,
  otherNode,
  PromotionCourse,
  promoted,
  timings,
  Verdict,
} from '@tandem/protocol';
import { RecordVersion, TopologyStore } from '@tandem/topology';
import { ConsentDesk } from './consent-desk';
import { HostFactsView } from './host-facts.view';

export interface CaseOptions {
  readonly bus: Bus;
  readonly store: TopologyStore;
  readonly hosts: HostFactsView;
  readonly by: string;
  readonly log: Logger;
  readonly tellWaiting: (record: TopologyRecord, verdict: Verdict<FailoverAction>, facts: FailoverFacts) => void;
  readonly storeTrusted: () => boolean;
}

/** While something is wrong an instance is decided on this often; versions and facts wake it sooner. */
const TICK_MS = 50;

/**
 * One instance under the orchestrator's table. It has no memory that a restart would miss: all it needs is in the
 * record, the facts, and the agents' answers (R11).
 */
export class FailoverCase {
  private version: RecordVersion | null = null;
  private firstSeenMs = 0;
  private running = false;
  private again = false;
  private row = 'none';
  private readonly consents: ConsentDesk;

  constructor(private readonly options: CaseOptions) {
    this.consents = new ConsentDesk(options.bus);
  }

  get record(): TopologyRecord | null {
    return this.version?.record ?? null;
  }

  /** A newer version was seen, by the watch or by an own CAS. */
  learn(version: RecordVersion): void {
    if (this.version && version.seq <= this.version.seq) return;
    const before = this.version?.record;
    if (before?.state !== version.record.state || before.epoch !== version.record.epoch)
      this.firstSeenMs = monotonicMs();
    this.version = version;
    this.wake();
  }

  /** Decides until there is nothing to do; calls during that are remembered. */
  wake(): void {
    this.again = true;
    if (this.running) return;
    this.running = true;
    void this.decideUntilIdle().finally(() => (this.running = false));
  }

  private async decideUntilIdle(): Promise<void> {
    while (this.again) {
      this.again = false;
      const { version } = this;
      if (!version) return;
      const facts = this.facts(version.record);
      const verdict = decideFailover(facts);
      this.note(version.record, verdict, facts);
      const busy = await this.act(version, verdict, facts).catch(async (err: unknown) => {
        if (err instanceof InvariantViolation) throw err;
        const correlationId = failoverIdOf(version.record);
        this.options.log.warn(
          { correlationId, err, row: verdict.row },
          'A step of the failover failed and is tried again',
        );
        return true;
      });
      if (busy && !this.again) {
        await pause(TICK_MS);
        this.again = true;
      }
    }
  }

  private facts(record: TopologyRecord): FailoverFacts {
    const { hosts, storeTrusted } = this.options;
    const other = otherNode(record, record.primary);
    return {
      state: record.state,
      handOverKind: record.handOver?.kind ?? 'none',
      synced: record.syncSet.length > 0,
      primarySilent: hosts.silent(record.nodes[record.primary].hostId),
      otherSilent: other ? hosts.silent(record.nodes[other].hostId) : 'unknown',
      otherHasData: other !== undefined && record.incarnations[other] !== undefined,
      consent: this.consents.of(record),
      promotionStuck: monotonicMs() - this.firstSeenMs > timings.promotionDeadline ? 'yes' : 'no',
      storeTrusted: storeTrusted(),
    };
  }

  /** @returns whether the case goes on by itself; otherwise the next version or fact wakes it. */
  private async act(version: RecordVersion, verdict: Verdict<FailoverAction>, facts: FailoverFacts): Promise<boolean> {
    const { record } = version;
    switch (verdict.action) {
      case 'ask-consent':
        await this.consents.ask(record, monotonicMs() - this.firstSeenMs, facts.primarySilent === 'yes');
        this.again ||= this.consents.of(record) === 'given';
        return true;
      case 'cas-promote':
      case 'cas-way-back':
        await this.promote(version, verdict, facts);
        return true;
      case 'tell-waiting':
        this.options.tellWaiting(record, verdict, facts);
        return true;
      case 'wait':
        return record.state === 'promoting' || record.state === 'handed-over' || facts.primarySilent === 'yes';
    }
  }

  /** R4 (d): the one CAS that begins an epoch. */
  private async promote(version: RecordVersion, verdict: Verdict<FailoverAction>, facts: FailoverFacts): Promise<void> {
    const { store, by, log } = this.options;
    const to = otherNode(version.record, version.record.primary);
    if (!to) throw new InvariantViolation('promotion-target', 'Basic has nobody to promote');
    const next = promoted(
      version.record,
      {
        id: randomUUID(),
        decision: {
          row: verdict.row,
          because: verdict.because,
          by,
          at: wallIso(),
          facts: { ...facts, consentDetail: this.consents.detail, course: this.course(version.record) },
        },
      },
      to,
    );
    const breach = breachOf(version.record, next);
    if (breach) throw new InvariantViolation('record-breach', breach);
    const answer = await store.cas({ based: version, next });
    const { instanceId, epoch } = next;
    log.info(
      { correlationId: failoverIdOf(next), instanceId, epoch, row: verdict.row, outcome: answer.outcome },
      'Epoch CAS',
    );
    if (answer.outcome === 'done') return this.learn(answer.version);
    this.consents.void();
    const newest = await store.read(next.instanceId);
    if (newest) this.learn(newest);
  }

  /** When what led to this promotion took place. */
  private course({ state, primary, nodes }: TopologyRecord): PromotionCourse {
    const silentSince = state === 'open' ? this.options.hosts.silentSince(nodes[primary].hostId) : undefined;
    return { ...this.consents.course, ...(silentSince ? { silentSince } : {}) };
  }

  private note(record: TopologyRecord, verdict: Verdict<FailoverAction>, facts: FailoverFacts): void {
    if (verdict.row === this.row) return;
    const { instanceId, epoch } = record;
    this.options.log.info(
      { correlationId: failoverIdOf(record), instanceId, epoch, from: this.row, row: verdict.row, facts },
      'Row changed',
    );
    this.row = verdict.row;
  }
}
