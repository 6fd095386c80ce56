import { DynamicModule, Module, OnApplicationBootstrap, OnApplicationShutdown, Provider } from '@nestjs/common';
import type { Subscription } from '@tandem/event-log';
import { portRanges } from '@tandem/lifecycle';
import type { Consumption } from '@tandem/messaging';
import { Agents } from './backends/agents';
import { followDeadLetters } from './backends/follow-dead-letters';
import { followEvents } from './backends/follow-events';
import { HostFacts } from './backends/host-facts';
import { InstanceStore } from './backends/instance-store';
import { Records } from './backends/records';
import { ChangeInstanceHandler } from './change-instance/change-instance.handler';
import { CreateInstanceHandler } from './create-instance/create-instance.handler';
import { DeleteInstanceHandler } from './delete-instance/delete-instance.handler';
import { ModuleParts } from './module-parts';
import { CreationWorkflow } from './run-lifecycle/creation-workflow';
import { DeletionWorkflow } from './run-lifecycle/deletion-workflow';
import { LifecycleRunner } from './run-lifecycle/lifecycle-runner';
import { StepRecorder } from './run-lifecycle/step-recorder';
import { InstanceRequests } from './instance-requests.controller';
import { RetiredRecordSweep } from './sweep-records/retired-record-sweep';

/** Starts in this order: read the history, go on with what is under way; requests are taken after that. */
@Module({})
export class InstanceManagerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | null = null;
  private deadLetters: Consumption | null = null;

  constructor(
    private readonly parts: ModuleParts,
    private readonly store: InstanceStore,
    private readonly runner: LifecycleRunner,
    private readonly sweep: RetiredRecordSweep,
  ) {}

  static for(parts: ModuleParts): DynamicModule {
    return { module: InstanceManagerModule, controllers: [InstanceRequests], providers: providers(parts) };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await followEvents(this.parts.backends.log, this.store, this.parts.logger);
    this.deadLetters = await followDeadLetters(this.parts.backends, this.parts.logger);
    this.runner.start();
    this.sweep.start(this.parts.config.sweepEveryMs);
  }

  async onApplicationShutdown(): Promise<void> {
    const { bus, topology, pool } = this.parts.backends;
    await Promise.all([this.runner.stop(), this.sweep.stop()]);
    await this.subscription?.stop();
    await this.deadLetters?.stop();
    await topology.close();
    await bus.close();
    await pool.end();
  }
}

function providers(parts: ModuleParts): Provider[] {
  const { backends, config, logger } = parts;
  const { bus, log, pool, secrets, topology } = backends;
  const agents = new Agents(bus);
  const records = new Records(topology, log);
  const store = new InstanceStore(log, pool);
  const creation = new CreationWorkflow(agents, records, secrets, config.creationDeadlineMs);
  const deletion = new DeletionWorkflow(agents, records);
  const create = new CreateInstanceHandler(store, new HostFacts(bus), secrets, portRanges(config.portBase));
  const remove = new DeleteInstanceHandler(store, records);
  const change = new ChangeInstanceHandler(store, log);
  const steps = new StepRecorder(log, parts.atBoundary);
  return [
    { provide: ModuleParts, useValue: parts },
    { provide: InstanceStore, useValue: store },
    { provide: LifecycleRunner, useValue: new LifecycleRunner(store, creation, deletion, secrets, steps, logger) },
    { provide: RetiredRecordSweep, useValue: new RetiredRecordSweep(topology, store, records, logger) },
    { provide: CreateInstanceHandler, useValue: create },
    { provide: DeleteInstanceHandler, useValue: remove },
    { provide: ChangeInstanceHandler, useValue: change },
  ];
}
