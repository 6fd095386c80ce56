import { writeFile } from 'node:fs/promises';
import { Inject, Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import {
  endpointAssignment,
  EndpointAssignment,
  InstanceId,
  nodeAssignment,
  NodeAssignment,
  NodeId,
} from '@tandem/contracts';
import { bootId } from '@tandem/host';
import { Bus, connectBus } from '@tandem/messaging';
import { accepted, createLogger, HealthServer, keepTrying, Logger, Result, serveHealth } from '@tandem/platform';
import { parseSabotage } from '@tandem/protocol';
import { countedStore, openTopologyStore, refuseWhenProven, SessionHolder, TopologyStore } from '@tandem/topology';
import { AgentConfig } from './agent.config';
import { EndpointController } from './endpoint/endpoint-controller';
import { endpointAssignments, leaseFile, nodeAssignments, nodeDir, poolerEndpoint, postgresNode } from './host-paths';
import { NodeController } from './node/node-controller';
import { NoticeOutbox } from './notices';
import { agentMetrics, countCas } from './observe/agent-metrics';
import { serveRequests } from './requests/serve-requests';
import { Assignments } from './state/assignments';

export const CONFIG = Symbol('config');

type Done = Result<{ done: true }>;

/** Everything that one host runs for the platform: its session, its nodes and its endpoints. */
@Injectable()
export class Agent implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly nodes = new Map<NodeId, NodeController>();
  readonly endpoints = new Map<InstanceId, EndpointController>();
  private readonly log: Logger;
  private readonly nodeFiles: Assignments<typeof nodeAssignment>;
  private readonly endpointFiles: Assignments<typeof endpointAssignment>;
  private bus!: Bus;
  private store!: TopologyStore;
  private session!: SessionHolder;
  private notices!: NoticeOutbox;
  private health: HealthServer | undefined;

  constructor(@Inject(CONFIG) private readonly config: AgentConfig) {
    const hostId = config.TANDEM_HOST_ID;
    this.log = createLogger({ service: 'node-agent', hostId }, config.TANDEM_LOG_LEVEL);
    this.nodeFiles = new Assignments(nodeAssignments(config.TANDEM_HOST_DIR), nodeAssignment);
    this.endpointFiles = new Assignments(endpointAssignments(config.TANDEM_HOST_DIR), endpointAssignment);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { config, log } = this;
    const hostId = config.TANDEM_HOST_ID;
    const health = () => ({
      ok: this.session !== undefined,
      checks: { bus: this.bus?.connected ? 'connected' : 'away', nodes: String(this.nodes.size) },
    });
    const metrics = agentMetrics({
      nodes: this.nodes,
      sessionAgeMs: () => this.session?.lastAcknowledgedAgeMs() ?? null,
    });
    this.health = await serveHealth(config.TANDEM_HEALTH_PORT, health, { metrics });
    this.bus = await connectBus({
      url: config.TANDEM_NATS_URL,
      credentialsFile: config.TANDEM_NATS_CREDENTIALS,
      name: `node-agent-${hostId}`,
    });
    const store = await keepTrying(
      () =>
        openTopologyStore(this.bus.nc, {
          role: 'user',
          onReset: refuseWhenProven((reset) => log.error({ reset }, 'The record store may have lost data')),
        }),
      { onFailure: (err) => log.warn({ err }, 'The record store cannot be opened yet') },
    );
    this.store = countedStore(store, countCas(metrics));
    this.notices = new NoticeOutbox(this.bus, hostId, log);
    this.session = new SessionHolder({
      nc: this.bus.nc,
      session: {
        hostId,
        zone: config.TANDEM_HOST_ZONE,
        roles: config.TANDEM_HOST_ROLES,
        address: config.TANDEM_HOST_ADDRESS,
        bootId: bootId(),
        agentPid: process.pid,
      },
      onRenewed: () => void writeFile(leaseFile(config.TANDEM_HOST_DIR), '').catch(() => undefined),
    });
    for (const assignment of await this.nodeFiles.all()) await this.runNode(assignment);
    for (const assignment of await this.endpointFiles.all()) await this.runEndpoint(assignment);
    serveRequests(this.bus, hostId, this, log);
    this.session.start();
    log.info({ nodes: this.nodes.size, endpoints: this.endpoints.size }, 'The agent serves');
  }

  /** The agent ends; PostgreSQL and PgBouncer outlive it (R10). */
  async onApplicationShutdown(): Promise<void> {
    this.notices?.stop();
    await this.session?.stop();
    await Promise.all([...this.nodes.values(), ...this.endpoints.values()].map((one) => one.stop()));
    await this.bus?.close();
    await this.health?.close();
  }

  async assignNode(assignment: NodeAssignment): Promise<Done> {
    await this.nodeFiles.put(assignment.nodeId, assignment);
    if (!this.nodes.has(assignment.nodeId)) await this.runNode(assignment);
    return accepted({ done: true });
  }

  async releaseNode({ nodeId }: { nodeId: NodeId }): Promise<Done> {
    await this.nodes.get(nodeId)?.release();
    this.nodes.delete(nodeId);
    await this.nodeFiles.remove(nodeId);
    return accepted({ done: true });
  }

  async assignEndpoint(assignment: EndpointAssignment): Promise<Done> {
    await this.endpointFiles.put(assignment.instanceId, assignment);
    if (!this.endpoints.has(assignment.instanceId)) await this.runEndpoint(assignment);
    return accepted({ done: true });
  }

  async releaseEndpoint({ instanceId }: { instanceId: InstanceId }): Promise<Done> {
    await this.endpoints.get(instanceId)?.release();
    this.endpoints.delete(instanceId);
    await this.endpointFiles.remove(instanceId);
    return accepted({ done: true });
  }

  private get layout() {
    return { hostDir: this.config.TANDEM_HOST_DIR, pgBin: this.config.TANDEM_PG_BIN };
  }

  private async runNode(assignment: NodeAssignment): Promise<void> {
    const { config, log } = this;
    const { instanceId, nodeId } = assignment;
    const controller = new NodeController({
      hostId: config.TANDEM_HOST_ID,
      assignment,
      pg: postgresNode(this.layout, assignment),
      dir: nodeDir(config.TANDEM_HOST_DIR, nodeId),
      bus: this.bus,
      store: this.store,
      sessionAgeMs: () => this.session.lastAcknowledgedAgeMs(),
      notify: (notice) => this.notices.add(notice),
      sabotage: parseSabotage(config.TANDEM_SABOTAGE),
      log: log.child({ instanceId, nodeId }),
    });
    this.nodes.set(nodeId, controller);
    await controller.start();
  }

  private async runEndpoint(assignment: EndpointAssignment): Promise<void> {
    const { instanceId } = assignment;
    const controller = new EndpointController({
      hostId: this.config.TANDEM_HOST_ID,
      assignment,
      pooler: poolerEndpoint(this.layout, assignment),
      bus: this.bus,
      store: this.store,
      notify: (notice) => this.notices.add(notice),
      log: this.log.child({ instanceId }),
    });
    this.endpoints.set(instanceId, controller);
    await controller.start();
  }
}
