import { agentRequests, ConsentRequest, NodeReport, subjects, TopologyRecord } from '@tandem/contracts';
import { Bus, connectBus, request } from '@tandem/messaging';
import { NatsTopologyStore, openTopologyStore, RecordVersion, Watch } from '@tandem/topology';
import { eventually } from '@tandem/testkit';
import { Platform } from './platform';

const REPORT_BOUND_MS = 1_000;
const CONSENT_BOUND_MS = 2_000;

/** The test's own eyes on NATS: versions of one record as they land, and the agents' reports. It never writes a record. */
export class ControlLink {
  readonly versions: (RecordVersion & { seenAtMs: number })[] = [];
  private readonly listeners = new Set<(record: TopologyRecord) => void>();
  private watch!: Watch;

  private constructor(
    private readonly bus: Bus,
    private readonly store: NatsTopologyStore,
  ) {}

  static async open(platform: Platform, instanceId: string): Promise<ControlLink> {
    const bus = await connectBus({
      url: `nats://127.0.0.1:${platform.ports.nats}`,
      credentialsFile: platform.paths.natsCredentials('control'),
      name: 'fault-test',
    });
    const store = await eventually(
      'the record store can be read',
      () => openTopologyStore(bus.nc, { role: 'user', onReset: () => 'accept' }),
      20_000,
    );
    const link = new ControlLink(bus, store);
    link.watch = store.watch(instanceId, (version) => link.note(version));
    await link.watch.ready;
    return link;
  }

  get record(): TopologyRecord {
    const last = this.versions.at(-1);
    if (!last) throw new Error('no version of the record has been seen');
    return last.record;
  }

  /** Calls `act` at once, within the callback of the version that fits; resolves when what it returns has resolved. */
  async when<T>(what: string, fits: (record: TopologyRecord) => boolean, act: () => T, withinMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const listener = (record: TopologyRecord): void => {
        if (!fits(record)) return;
        end();
        resolve(act());
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`not within ${withinMs} ms: ${what}; last version: ${JSON.stringify(this.record)}`));
      }, withinMs);
      const end = (): void => {
        clearTimeout(timer);
        this.listeners.delete(listener);
      };
      this.listeners.add(listener);
    });
  }

  /** A node's own word; undefined when its agent does not answer. */
  async report(nodeId: string): Promise<NodeReport | undefined> {
    const { instanceId, nodes } = this.record;
    const { hostId } = nodes[nodeId] ?? { hostId: '' };
    const reply = agentRequests.report.reply;
    const body = { instanceId, nodeId };
    const answer = await request(this.bus, subjects.agent(hostId, 'report'), body, {
      timeoutMs: REPORT_BOUND_MS,
      reply,
    }).catch(() => undefined);
    return answer?.ok ? answer.result : undefined;
  }

  /** Asks a node for its consent in the words of an orchestrator that stops there. */
  async askConsent(nodeId: string): Promise<void> {
    const { instanceId, nodes, epoch, id } = this.record;
    const body: ConsentRequest = { instanceId, nodeId, epoch, recordId: id, kind: 'hand-over' };
    const answer = await request(this.bus, subjects.agent(nodes[nodeId].hostId, 'consent'), body, {
      timeoutMs: CONSENT_BOUND_MS,
      reply: agentRequests.consent.reply,
    });
    if (!answer.ok) throw new Error(`no consent: ${answer.rejection.detail}`);
  }

  async close(): Promise<void> {
    await this.watch.stop();
    await this.store.close();
    await this.bus.close();
  }

  private note(version: RecordVersion): void {
    this.versions.push({ ...version, seenAtMs: performance.now() });
    for (const listener of [...this.listeners]) listener(version.record);
  }
}
