import type { EventView, HostFact, HostView, InstanceView, TopologyRecord } from '@tandem/contracts';
import { absentInstance, evolveInstance, HostBook, InstanceState } from '@tandem/lifecycle';
import { EventFeed } from './event-feed';
import { hostViews } from './host-view';
import { instanceView } from './instance-view';
import { OperationBook } from './operation-book';

export type PresentInstance = Exclude<InstanceState, { status: 'absent' | 'deleted' }>;

/**
 * What the API answers from: the events, the topology records and the facts about hosts, each followed as it comes. It
 * answers while the control database and NATS are away, from what was known last, and says so.
 */
export class ReadModel {
  readonly feed = new EventFeed();
  readonly operations = new OperationBook();
  private readonly instances = new Map<string, InstanceState>();
  private readonly revisions = new Map<string, number>();
  private readonly records = new Map<string, TopologyRecord>();
  private readonly book = new HostBook();
  /** True once the whole history has been read; before, an instance may exist that is not known here. */
  caughtUp = false;
  topologyLive = false;

  constructor(private readonly monotonicMs: () => number) {}

  apply(event: EventView): void {
    const [category, id] = event.stream.split(':');
    if (category === 'instance') {
      const state = evolveInstance(this.instances.get(id) ?? absentInstance, event);
      this.instances.set(id, state);
      this.revisions.set(id, event.version);
      if (state.status === 'deleted') this.records.delete(id);
    }
    this.operations.apply(event);
    this.feed.append(event);
  }

  applyRecord(record: TopologyRecord): void {
    // The last version of a deleted instance may come late; nobody asks for it any more.
    if (this.instances.get(record.instanceId)?.status !== 'deleted') this.records.set(record.instanceId, record);
  }

  applyHostFact(fact: HostFact): void {
    this.book.record(fact, this.monotonicMs());
  }

  record(instanceId: string): TopologyRecord | null {
    return this.records.get(instanceId) ?? null;
  }

  /** By id, or by name: then the one that lives comes before those whose creation failed. */
  find(idOrName: string): PresentInstance | undefined {
    const byId = this.instances.get(idOrName);
    if (byId) return isPresent(byId) ? byId : undefined;
    const named = this.present().filter(({ spec }) => spec.name === idOrName);
    return named.find(({ status }) => status !== 'failed') ?? named.at(-1);
  }

  view(state: PresentInstance): InstanceView {
    return instanceView({
      state,
      revision: this.revisions.get(state.instanceId) ?? 0,
      record: this.record(state.instanceId),
      topologyLive: this.topologyLive,
      hostState: (hostId) => this.book.host(hostId, this.monotonicMs())?.state ?? 'unknown',
    });
  }

  views(): InstanceView[] {
    return this.present().map((state) => this.view(state));
  }

  hosts(): HostView[] {
    return hostViews(this.book.hosts(this.monotonicMs()), this.present(), (id) => this.record(id));
  }

  private present(): PresentInstance[] {
    return [...this.instances.values()].filter(isPresent);
  }
}

const isPresent = (state: InstanceState): state is PresentInstance =>
  state.status !== 'absent' && state.status !== 'deleted';
