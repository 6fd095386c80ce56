import { InstanceId, TopologyRecord, WhatIfReport } from '@tandem/contracts';
import { EventLog } from '@tandem/event-log';
import { Bus } from '@tandem/messaging';
import { accepted, Logger, pause, rejected, Result } from '@tandem/platform';
import { whatIf } from '@tandem/protocol';
import { HostFactsView } from '../decide-failover/host-facts.view';
import { InstallationBook, OnFailover } from './installation-book';
import { liveSituation } from './live-situation';
import { TurnedLogger } from './turned-logger';

interface Parts {
  readonly bus: Bus;
  readonly hosts: HostFactsView;
  readonly events: EventLog;
  readonly record: (instanceId: InstanceId) => TopologyRecord | null;
  readonly instances: () => readonly InstanceId[];
  readonly storeTrusted: () => boolean;
  readonly log: Logger;
  /** Hears of every completed failover of the installation, the oldest first. */
  readonly onFailover?: OnFailover;
}

/** Some ms of work for each instance, which wait for whatever else the process has to do. */
const LOOK_MS = 2_000;

/** The production tables on live facts with one changed, all the time: asked for, and told when an answer turns. */
export class LiveWhatIf {
  readonly book: InstallationBook;
  private readonly turned: TurnedLogger;
  private readonly badCounts = new Map<InstanceId, number>();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Parts) {
    this.book = new InstallationBook(parts.onFailover);
    this.turned = new TurnedLogger(parts.events);
  }

  async start(): Promise<void> {
    const { log } = this.parts;
    await this.book.follow(this.parts.events, (err) => log.warn({ err }, 'The history of failovers cannot be read'));
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.book.stop();
  }

  /** How many losses each instance would not survive now; for the metrics. */
  get bad(): ReadonlyMap<InstanceId, number> {
    return this.badCounts;
  }

  async answer({ instanceId }: { instanceId: InstanceId }): Promise<Result<WhatIfReport>> {
    const record = this.parts.record(instanceId);
    if (!record || record.state === 'retired')
      return rejected('instance-unknown', `There is no record of ${instanceId}`);
    return accepted(await this.report(record));
  }

  private async report(record: TopologyRecord): Promise<WhatIfReport> {
    const { bus, hosts, storeTrusted } = this.parts;
    const { instanceId, epoch, state } = record;
    const plan = this.book.plan(instanceId);
    const situation = await liveSituation(record, { bus, hosts, plan, storeTrusted: storeTrusted() });
    return { instanceId, epoch, state, answers: whatIf(situation, this.book.failovers) };
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const instanceId of this.parts.instances()) {
        if (this.stopping.signal.aborted) return;
        await this.look(instanceId).catch((err: unknown) =>
          this.parts.log.warn({ err, instanceId }, 'What would be if could not be told'),
        );
      }
      await pause(LOOK_MS, this.stopping.signal);
    }
  }

  /** Between two open versions everything is in motion: what would be if is told of an instance that serves. */
  private async look(instanceId: InstanceId): Promise<void> {
    const record = this.parts.record(instanceId);
    if (!record || record.state === 'retired') {
      this.turned.forget(instanceId);
      this.badCounts.delete(instanceId);
      return;
    }
    if (record.state !== 'open' || !this.parts.bus.connected) return;
    const report = await this.report(record);
    this.badCounts.set(instanceId, report.answers.filter(({ bad }) => bad).length);
    await this.turned.look(report);
  }
}
