import { randomUUID } from 'node:crypto';
import { agentRequests, AgentVerb, HostFact, NodeAssignment, subjects, TopologyRecord } from '@tandem/contracts';
import type { EventLog } from '@tandem/event-log';
import { Bus, json, serve, Served } from '@tandem/messaging';
import { accepted, rejected, wallIso } from '@tandem/platform';
import type { TopologyStore, Watch } from '@tandem/topology';

export interface HostSpec {
  readonly hostId: string;
  readonly zone: string;
  readonly roles: ('database' | 'endpoint')[];
}

export interface Asked {
  readonly hostId: string;
  readonly verb: AgentVerb;
  readonly body: Record<string, unknown>;
}

/**
 * Agents without PostgreSQL: the first node opens its record, the other one enters syncSet, as R1 and R3 have it in
 * their outcome. And the two services that the manager leans on: facts about hosts, and the log of each version.
 */
export class FakeHosts {
  readonly asked: Asked[] = [];
  readonly nodes = new Set<string>();
  /** Waited for before a node opens, before one enters syncSet, and before a retirement is logged. */
  gate: (what: 'open' | 'attach' | 'log', instanceId: string) => Promise<void> = async () => undefined;
  private readonly lost = new Map<string, AgentVerb | 'everything'>();
  private served: Served[] = [];
  private watch: Watch | null = null;
  private readonly facts: NodeJS.Timeout;

  constructor(
    private readonly bus: Bus,
    private readonly topology: TopologyStore,
    private readonly log: EventLog,
    private readonly hosts: readonly HostSpec[],
  ) {
    this.facts = setInterval(() => this.publishFacts(), 50);
    for (const { hostId } of hosts) this.serveHost(hostId);
    this.watch = topology.watch('all', ({ record }) => void this.logVersion(record));
  }

  /** From now on the host refuses this. The health-monitor's word about it is left as it was. */
  lose(hostId: string, verb: AgentVerb | 'everything' = 'everything'): void {
    this.lost.set(hostId, verb);
  }

  bringBack(hostId: string): void {
    this.lost.delete(hostId);
  }

  async stop(): Promise<void> {
    clearInterval(this.facts);
    await this.watch?.stop();
    await Promise.all(this.served.splice(0).map((each) => each.stop()));
  }

  private publishFacts(): void {
    for (const [index, host] of this.hosts.entries()) {
      const session = { ...host, address: `127.0.1.${index + 1}`, bootId: 'boot', agentPid: 2, beat: 1 };
      const fact: HostFact = {
        hostId: host.hostId,
        silent: 'no',
        silentMs: 0,
        session,
        observer: 'fake',
        expiresInMs: 1_000,
      };
      this.bus.nc.publish(subjects.hostFact(host.hostId), json.encode(fact));
    }
  }

  private serveHost(hostId: string): void {
    const verbs: AgentVerb[] = ['assign-node', 'release-node', 'assign-endpoint', 'release-endpoint', 'ensure-account'];
    for (const verb of verbs) {
      const { request } = agentRequests[verb];
      const handler = async (body: unknown) => {
        this.asked.push({ hostId, verb, body: body as Record<string, unknown> });
        if (['everything', verb].includes(this.lost.get(hostId) ?? ''))
          return rejected('host-lost', 'this host is lost');
        if (verb === 'assign-node') void this.becomeNode(body as NodeAssignment);
        if (verb === 'release-node') this.nodes.delete((body as { nodeId: string }).nodeId);
        return accepted({ done: true });
      };
      this.served.push(serve(this.bus, subjects.agent(hostId, verb), {}, request, handler));
    }
  }

  private async becomeNode({ instanceId, nodeId, first }: NodeAssignment): Promise<void> {
    if (this.nodes.has(nodeId)) return;
    this.nodes.add(nodeId);
    await this.gate(first === nodeId ? 'open' : 'attach', instanceId);
    const done = (record: TopologyRecord) =>
      first === nodeId ? record.state === 'open' : record.syncSet.includes(nodeId);
    for (;;) {
      const version = await this.topology.read(instanceId);
      if (!version || version.record.state === 'retired' || done(version.record)) return;
      const { record } = version;
      const ready = first === nodeId || record.state === 'open';
      const change = first === nodeId ? { state: 'open' as const } : { syncSet: [nodeId] };
      const next = { ...record, ...change, id: randomUUID(), prevId: record.id };
      if (ready) await this.topology.cas({ based: version, next });
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async logVersion(record: TopologyRecord): Promise<void> {
    const type = record.state === 'retired' ? 'TopologyRetired' : 'RecordSettled';
    if (record.state === 'retired') await this.gate('log', record.instanceId);
    const event = { id: record.id, type, data: { revision: 1, record }, meta: { actor: `fake at ${wallIso()}` } };
    await this.log.append(`topology:${record.instanceId}`, 'any', [event]).catch(() => undefined);
  }
}
