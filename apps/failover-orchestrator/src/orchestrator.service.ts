import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { StorageType } from 'nats';
import { allEvents, controlRequests, InstanceId, streams, subjects, TopologyRecord } from '@tandem/contracts';
import { EventLog, migrate, openControlPool, Relay, startRelay } from '@tandem/event-log';
import { Bus, connectBus, consume, Consumption, ensureStream, serve } from '@tandem/messaging';
import { createLogger, databaseAddress, HealthServer, keepTrying, Logger, serveHealth } from '@tandem/platform';
import { FailoverAction, FailoverFacts, failoverIdOf, Verdict } from '@tandem/protocol';
import {
  countedStore,
  followRecordTrail,
  openTopologyStore,
  refuseWhenProven,
  TopologyStore,
  Watch,
} from '@tandem/topology';
import { FailoverCase } from './decide-failover/failover-case';
import { HostFactsView } from './decide-failover/host-facts.view';
import { OrchestratorConfig } from './failover-orchestrator.config';
import { NoticeLogger } from './log-notices/notice-logger';
import { stableId } from './log-versions/stable-id';
import { VersionLogger } from './log-versions/version-logger';
import { SwitchoverRunner } from './run-switchover/switchover-runner';
import { OrchestratorMetrics } from './tell-metrics/orchestrator-metrics';
import { LiveWhatIf } from './what-if/what-if';

export const CONFIG = Symbol('config');
const SERVICE = 'failover-orchestrator';

/**
 * Two halves that do not wait for each other (R11): deciding needs NATS and the agents only; logging needs the control
 * database too, and catches up from the record stream whenever it is back.
 */
@Injectable()
export class Orchestrator implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log: Logger;
  private readonly cases = new Map<InstanceId, FailoverCase>();
  private readonly ending = new AbortController();
  private bus!: Bus;
  private store!: TopologyStore;
  private pool: Pool | undefined;
  private relay: Relay | undefined;
  private health: HealthServer | undefined;
  private watch: Watch | undefined;
  private consumptions: Consumption[] = [];
  private readonly metrics = new OrchestratorMetrics({
    events: () => this.events,
    relay: () => this.relay,
    whatIf: () => this.whatIf,
  });
  private trusted = true;
  private logging = false;

  constructor(@Inject(CONFIG) private readonly config: OrchestratorConfig) {
    this.log = createLogger({ service: config.TANDEM_SERVICE }, config.TANDEM_LOG_LEVEL);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { config, log } = this;
    const health = () => ({
      ok: this.watch !== undefined,
      checks: { bus: this.bus?.connected ? 'connected' : 'away', eventLog: this.logging ? 'attached' : 'away' },
    });
    this.health = await serveHealth(config.TANDEM_HEALTH_PORT, health, { metrics: this.metrics.book });
    this.bus = await connectBus({
      url: config.TANDEM_NATS_URL,
      credentialsFile: config.TANDEM_NATS_CREDENTIALS,
      name: config.TANDEM_SERVICE,
    });
    const store = await keepTrying(
      () =>
        openTopologyStore(this.bus.nc, {
          role: 'creator',
          onReset: refuseWhenProven((reset) => {
            log.error({ reset }, 'The record store may have lost data');
            this.trusted &&= !reset.proven;
          }),
          onUnreadable: (err) => log.error({ err }, 'A message on a record subject is not a record'),
        }),
      { signal: this.ending.signal, onFailure: (err) => log.warn({ err }, 'The record store cannot be opened yet') },
    );
    this.store = countedStore(store, this.metrics.cas);
    await keepTrying(() =>
      ensureStream(this.bus, {
        name: streams.notices,
        subjects: [subjects.allNotices],
        storage: StorageType.File,
        max_age: 0,
      }),
    );
    this.decide();
    void this.keepLog().catch((err: unknown) => log.error({ err }, 'The event log cannot be kept'));
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.watch?.stop();
    await this.whatIf?.stop();
    await Promise.all([...this.consumptions.map((c) => c.stop()), this.relay?.stop()]);
    await this.bus?.close();
    await this.pool?.end();
    await this.health?.close();
  }

  private decide(): void {
    const hosts = new HostFactsView(this.bus, () => this.cases.forEach((one) => one.wake()));
    this.hosts = hosts;
    this.watch = this.store.watch('all', (version) => {
      const { instanceId } = version.record;
      let found = this.cases.get(instanceId);
      if (!found) {
        found = new FailoverCase({
          bus: this.bus,
          store: this.store,
          hosts,
          by: SERVICE,
          log: this.log,
          tellWaiting: (record, verdict, facts) => void this.tellWaiting(record, verdict, facts),
          storeTrusted: () => this.trusted,
        });
        this.cases.set(instanceId, found);
      }
      found.learn(version);
      this.metrics.atRisk.learn(version.record);
    });
  }

  private hosts!: HostFactsView;
  private events: EventLog | undefined;
  private whatIf: LiveWhatIf | undefined;

  /** R11: what was decided is written down when the control database is there; deciding never waits for it. */
  private async keepLog(): Promise<void> {
    const { config, log, bus } = this;
    const address = databaseAddress(config.TANDEM_CONTROL_DB);
    const onFailure = (err: unknown) => log.warn({ err }, 'The control database is away');
    await keepTrying(() => migrate(address), { signal: this.ending.signal, onFailure });
    this.pool = openControlPool(address, { name: SERVICE });
    const events = new EventLog({ pool: this.pool, registry: allEvents, onAppend: this.metrics.appended });
    this.events = events;
    const versions = new VersionLogger(events);
    const notices = new NoticeLogger(events);
    const onDead = (about: object, err: unknown) => log.error({ err, ...about }, 'A message was taken out as poison');
    const onError = (err: unknown) => log.warn({ err }, 'A message is tried again');
    this.consumptions = [
      followRecordTrail(bus, { onVersion: (version) => versions.log(version), onDead, onError }),
      consume(bus, {
        stream: streams.notices,
        durable: 'notice-log',
        handler: ({ body }) => notices.log(body),
        onDead,
        onError,
      }),
    ];
    this.relay = startRelay({
      database: this.pool.options,
      bus,
      registry: allEvents,
      onError: (err) => log.warn({ err }, 'The relay pauses'),
    });
    this.logging = true;
    const switchovers = new SwitchoverRunner({ bus, store: this.store, events, hosts: this.hosts, log });
    const { request } = controlRequests[SERVICE].switchover;
    serve(bus, subjects.service(SERVICE, 'switchover'), { queue: SERVICE }, request, (body) => switchovers.begin(body));
    await Promise.all([
      this.tellWhatIf(events),
      keepTrying(() => switchovers.conclude(), { signal: this.ending.signal, onFailure }),
    ]);
  }

  /** The tables on live facts with one changed; it reads what the deciding half knows and changes nothing. */
  private async tellWhatIf(events: EventLog): Promise<void> {
    const { bus, hosts, cases, log } = this;
    this.whatIf = new LiveWhatIf({
      bus,
      hosts,
      events,
      log,
      record: (instanceId) => cases.get(instanceId)?.record ?? null,
      instances: () => [...cases.keys()],
      storeTrusted: () => this.trusted,
      onFailover: this.metrics.failover,
    });
    await this.whatIf.start();
    const { request } = controlRequests[SERVICE]['what-if'];
    const whatIf = this.whatIf;
    serve(bus, subjects.service(SERVICE, 'what-if'), { queue: SERVICE }, request, (body) => whatIf.answer(body));
  }

  /** Said once for each version and row, and never waited for. */
  private async tellWaiting(
    record: TopologyRecord,
    verdict: Verdict<FailoverAction>,
    facts: FailoverFacts,
  ): Promise<void> {
    const id = stableId('FailoverWaiting', record.id, verdict.row);
    if (this.told.has(id) || !this.events) return;
    this.told.add(id);
    const { instanceId, epoch } = record;
    await this.events
      .append(`topology:${instanceId}`, 'any', [
        {
          id,
          type: 'FailoverWaiting',
          data: { instanceId, epoch, row: verdict.row, because: verdict.because, facts },
          meta: { actor: SERVICE, correlationId: failoverIdOf(record) },
        },
      ])
      .catch(() => this.told.delete(id));
  }

  private readonly told = new Set<string>();
}
