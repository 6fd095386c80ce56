import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  allEvents,
  HostFact,
  InstancePlan,
  InstanceSpec,
  ProblemDocument,
  subjects,
  TopologyRecord,
} from '@tandem/contracts';
import { EventLog, migrate, openControlPool } from '@tandem/event-log';
import { Bus, connectBus, json, serve, Served } from '@tandem/messaging';
import { createLogger, databaseAddress, hashToken, Result } from '@tandem/platform';
import { eventually, localProvider, scratchDir, TestServer } from '@tandem/testkit';
import { openTopologyStore, TopologyStore } from '@tandem/topology';
import type { Pool } from 'pg';
import { z } from 'zod';
import { startApiGateway } from '../api-gateway.application';
import type { ApiGatewayConfig } from '../api-gateway.config';
import { brokenPromises } from './contract-of-answers.fixture';

export const token = 'a-token-of-the-test-that-is-long-enough';
export const tokenOf = { admin: token, operator: `${token}-operator`, viewer: `${token}-viewer` } as const;
export const id = 'pg-aaaaaaaa';
export const n1 = `${id}-n1`;
export const n2 = `${id}-n2`;

export interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: ProblemDocument & Record<string, unknown>;
}

/** A gateway on real NATS and a real event log; the services behind it answer what a test tells them to. */
export class GatewayUnderTest {
  nats!: TestServer;
  database!: TestServer;
  bus!: Bus;
  log!: EventLog;
  topology!: TopologyStore;
  readonly logged: string[] = [];
  pool!: Pool;
  private app!: NestFastifyApplication;
  private scratch!: Awaited<ReturnType<typeof scratchDir>>;
  private facts!: NodeJS.Timeout;
  private readonly version = new Map<string, number>();

  constructor(readonly ports: { nats: number; database: number; api: number }) {}

  get url(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  async start(): Promise<void> {
    this.scratch = await scratchDir('gateway');
    [this.nats, this.database] = await Promise.all([
      localProvider.nats({ port: this.ports.nats, dir: join(this.scratch.path, 'nats') }),
      localProvider.postgres({ port: this.ports.database, dir: join(this.scratch.path, 'pg') }),
    ]);
    await migrate(databaseAddress(this.database.url));
    this.pool = openControlPool(databaseAddress(this.database.url), { name: 'test' });
    this.log = new EventLog({ pool: this.pool, registry: allEvents });
    this.bus = await connectBus({ url: this.nats.url, name: 'test' });
    this.topology = await openTopologyStore(this.bus.nc, { role: 'creator', onReset: () => 'accept' });
    this.facts = setInterval(() => this.publishFacts(), 50);
    await this.startGateway();
  }

  async startGateway(): Promise<void> {
    this.app = await this.startCopy(this.ports.api);
  }

  /** One more gateway on the same NATS and the same control database; the test closes it. */
  async startCopy(port: number, more: Partial<ApiGatewayConfig> = {}): Promise<NestFastifyApplication> {
    const config: ApiGatewayConfig = {
      port,
      healthPort: port,
      natsUrl: this.nats.url,
      natsCredentialsFile: undefined,
      controlDatabaseUrl: this.database.url,
      initialTokens: Object.entries(tokenOf).map(([role, secret]) => ({
        id: `tok-${role}`,
        name: role,
        role: role as keyof typeof tokenOf,
        hash: hashToken(secret),
      })),
      keyFile: join(this.scratch.path, 'key'),
      rate: { perSecond: 10_000, burst: 20_000 },
      logLevel: 'info',
      ...more,
    };
    const logger = createLogger({ service: 'api-gateway' }, 'info', { write: (line) => void this.logged.push(line) });
    const app = await startApiGateway(config, logger);
    await eventually('the gateway is ready', async () => {
      const { body } = await this.call('GET', '/healthz', undefined, {}, port);
      const { ok, checks } = body as unknown as { ok: boolean; checks: { topology: string } };
      return ok && checks.topology === 'followed';
    });
    return app;
  }

  async stopGateway(): Promise<void> {
    await this.app?.close();
  }

  async stop(): Promise<void> {
    clearInterval(this.facts);
    await this.stopGateway();
    await this.topology?.close();
    await this.pool?.end();
    await this.bus?.close();
    await Promise.all([this.nats?.dispose(), this.database?.dispose()]);
    await this.scratch?.remove();
  }

  /** `body` is sent as JSON unless it is a string, which is sent as it is. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    port = this.ports.api,
  ): Promise<Answered> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answered = {
      status: response.status,
      type: response.headers.get('content-type'),
      headers: response.headers,
      body: (text ? JSON.parse(text) : {}) as Answered['body'],
    };
    const broken = brokenPromises(method, path, answered);
    if (broken) throw new Error(broken);
    return answered;
  }

  /** A service that answers one verb until it is stopped. The server knows of it when this resolves. */
  async answer(subject: string, handler: (body: Record<string, unknown>) => Promise<Result<unknown>>): Promise<Served> {
    const schema = z.record(z.string(), z.unknown());
    const served = serve(this.bus, subject, {}, schema, (body) => handler(body));
    await this.bus.nc.flush();
    return served;
  }

  async event(stream: string, type: string, data: object): Promise<number> {
    const version = this.version.get(stream) ?? 0;
    const events = [{ id: randomUUID(), type, data, meta: { actor: 'test' } }];
    const result = await this.log.append(stream, version, events);
    if (!result.ok) throw new Error(result.rejection.detail);
    this.version.set(stream, result.version);
    return result.positions[0];
  }

  /** Writes a version of the record; the fields given replace those of the newest one. */
  async record(instanceId: string, change: Partial<TopologyRecord>): Promise<void> {
    const based = await this.topology.read(instanceId);
    const first: TopologyRecord = {
      schemaVersion: 1,
      id: '',
      prevId: null,
      instanceId,
      edition: 'ha',
      mode: 'semi-sync',
      epoch: 1,
      state: 'open',
      primary: n1,
      syncSet: [n2],
      nodes: {},
      incarnations: {},
      branch: null,
      decision: { row: 'test/row', because: 'of the test', by: 'test', at: '', facts: {} },
    };
    const next = { ...(based?.record ?? first), ...change, id: randomUUID(), prevId: based?.record.id ?? null };
    const answer = await this.topology.cas({ based, next });
    if (answer.outcome !== 'done') throw new Error(answer.outcome);
  }

  private publishFacts(): void {
    for (const [index, [hostId, zone, role]] of hosts.entries()) {
      const session = {
        hostId,
        zone,
        roles: [role],
        address: `127.0.1.${index + 1}`,
        bootId: 'b',
        agentPid: 2,
        beat: 1,
      };
      const fact: HostFact = { hostId, silent: 'no', silentMs: 0, session, observer: 'test', expiresInMs: 1_000 };
      if (this.bus.connected) this.bus.nc.publish(subjects.hostFact(hostId), json.encode(fact));
    }
  }
}

const hosts = [
  ['host-a1', 'zone-a', 'database'],
  ['host-b1', 'zone-b', 'database'],
  ['host-e1', 'zone-a', 'endpoint'],
] as const;

export const spec = (name: string, edition: InstanceSpec['edition'] = 'ha'): InstanceSpec => ({
  name,
  edition,
  zones: 'multi-zone',
  account: 'app',
  database: 'shop',
});

export function plan(instanceId: string, edition: InstanceSpec['edition'] = 'ha'): InstancePlan {
  const first = { hostId: 'host-a1', address: '127.0.1.1', port: 7800, zone: 'zone-a' };
  const second = { hostId: 'host-b1', address: '127.0.1.2', port: 7800, zone: 'zone-b' };
  return {
    primary: `${instanceId}-n1`,
    nodes: {
      [`${instanceId}-n1`]: first,
      ...(edition === 'ha' ? { [`${instanceId}-n2`]: second } : {}),
    } as InstancePlan['nodes'],
    endpointHosts: [{ hostId: 'host-e1', address: '127.0.0.1' }],
    sessionPort: 7500,
    pooledPort: 7501,
  };
}
