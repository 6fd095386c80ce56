import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { allEvents, subjects } from '@tandem/contracts';
import { EventLog, migrate, openControlPool } from '@tandem/event-log';
import { creationSteps, deletionSteps } from '@tandem/lifecycle';
import { Bus, connectBus, request } from '@tandem/messaging';
import { databaseAddress, Result } from '@tandem/platform';
import {
  eventually,
  hasEnded,
  localProvider,
  OwnedProcess,
  scratchDir,
  startSource,
  TestServer,
} from '@tandem/testkit';
import { openTopologyStore, TopologyStore } from '@tandem/topology';
import type { Pool } from 'pg';
import { FakeHosts, HostSpec } from './test/fake-hosts.fixture';
import type { InstanceManagerConfig } from './instance-manager.config';

const hosts: HostSpec[] = [
  { hostId: 'host-a1', zone: 'zone-a', roles: ['database'] },
  { hostId: 'host-b1', zone: 'zone-b', roles: ['database'] },
  { hostId: 'host-e1', zone: 'zone-a', roles: ['endpoint'] },
];
/** Steps that only wait have no effects to be acknowledged. */
const waits = ['open the primary', 'attach the secondary', 'log the record'];
const boundaries = (steps: readonly string[]): string[] =>
  steps.flatMap((step) => [`recorded: ${step}`, ...(waits.includes(step) ? [] : [`done: ${step}`])]);
const NOWHERE = 'nowhere';

describe('a manager killed at a step', () => {
  jest.setTimeout(60_000);
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let nats: TestServer;
  let database: TestServer;
  let bus: Bus;
  let pool: Pool;
  let log: EventLog;
  let topology: TopologyStore;
  let config: InstanceManagerConfig;
  let fake: FakeHosts;
  let manager: OwnedProcess | undefined;

  beforeAll(async () => {
    scratch = await scratchDir('manager-killed');
    [nats, database] = await Promise.all([
      localProvider.nats({ port: 22021, dir: join(scratch.path, 'nats') }),
      localProvider.postgres({ port: 22022, dir: join(scratch.path, 'pg') }),
    ]);
    config = {
      healthPort: 22023,
      portBase: 7400,
      natsUrl: nats.url,
      natsCredentialsFile: undefined,
      controlDatabaseUrl: database.url,
      keyFile: join(scratch.path, 'key'),
      creationDeadlineMs: 120_000,
      sweepEveryMs: 100,
      logLevel: 'debug',
    };
    await migrate(databaseAddress(database.url));
    pool = openControlPool(databaseAddress(database.url), { name: 'test' });
    log = new EventLog({ pool, registry: allEvents });
    bus = await connectBus({ url: nats.url, name: 'test' });
    topology = await openTopologyStore(bus.nc, { role: 'creator', onReset: () => 'accept' });
    fake = new FakeHosts(bus, topology, log, hosts);
    // Each waiting step is entered before what it waits for happens, so that the manager can be killed within it.
    const awaited = { open: 'open the primary', attach: 'attach the secondary', log: 'log the record' };
    fake.gate = async (what, instanceId) => {
      const state = async () => (await topology.read(instanceId))?.record.state ?? 'retired';
      const over = async () => what !== 'log' && (await state()) === 'retired';
      const come = async () => (await steps(instanceId)).includes(awaited[what]) || (await over());
      await eventually(`the step of ${what}`, come, 30_000).catch(() => undefined);
    };
  });
  afterEach(async () => {
    await manager?.end('SIGKILL');
  });
  afterAll(async () => {
    await fake?.stop();
    await topology?.close();
    await pool?.end();
    await bus?.close();
    await Promise.all([nats?.dispose(), database?.dispose()]);
    await scratch?.remove();
  });

  function start(dieAt: string, more: Partial<InstanceManagerConfig> = {}): OwnedProcess {
    const entry = join(__dirname, 'test', 'manager-process.fixture.ts');
    const args = [JSON.stringify({ ...config, ...more }), dieAt];
    manager = startSource({ entry, args, logFile: join(scratch.path, 'manager.log') });
    return manager;
  }

  const ask = async (verb: string, body: object): Promise<Result<{ instanceId: string }> | null> => {
    const subject = subjects.service('instance-manager', verb);
    // Nobody listens yet while the manager starts, and hosts are unknown at its first looks.
    const asked = request(bus, subject, body, { timeoutMs: 2_000 }).catch(() => null);
    return (await asked) as Result<{ instanceId: string }> | null;
  };
  async function created(): Promise<string> {
    const spec = { name: 'again', edition: 'ha', zones: 'multi-zone', account: 'app', database: 'app' };
    const command = { operationId: `op-${randomUUID()}`, ...spec, verifier: 'SCRAM-SHA-256$4096:c2FsdA==$a:b' };
    const answer = await eventually('the creation is accepted', async () => {
      const answered = await ask('create-instance', command);
      return answered?.ok && answered;
    });
    return answer.result.instanceId;
  }
  const remove = (instanceId: string) => {
    const operationId = `op-${randomUUID()}`;
    return eventually(
      'the deletion is accepted',
      async () => (await ask('delete-instance', { operationId, instanceId }))?.ok,
    );
  };
  const types = async (instanceId: string) =>
    (await log.readStream(`instance:${instanceId}`)).map((event) => event.type);
  const becomes = (instanceId: string, type: string) =>
    eventually(`${instanceId} has ${type}`, async () => (await types(instanceId)).includes(type), 20_000);
  const steps = async (instanceId: string): Promise<string[]> =>
    (await log.readAll({ types: ['OperationStepStarted'] }))
      .map(({ data }) => data as { instanceId: string; step: string })
      .filter((data) => data.instanceId === instanceId)
      .map(({ step }) => step);

  async function expectNothingLeft(instanceId: string): Promise<void> {
    await eventually('the record is gone', async () => (await topology.read(instanceId)) === null);
    const { rows: secrets } = await pool.query('SELECT id FROM secrets');
    expect([[...fake.nodes], secrets]).toEqual([[], []]);
    const ledger = (await log.readStream('allocation:instances')).map(({ type, data }) => ({
      type,
      ...(data as object),
    }));
    expect(ledger.at(-1)).toEqual({ type: 'InstanceAllocationReleased', instanceId });
  }

  it.each(boundaries(creationSteps))('of a creation (%s) creates it after its restart', async (boundary) => {
    const killed = start(boundary);
    const instanceId = await created();
    await hasEnded(killed);
    expect(await types(instanceId)).not.toContain('InstanceCreated');
    start(NOWHERE);
    await becomes(instanceId, 'InstanceCreated');
    expect(await steps(instanceId)).toEqual(creationSteps);
    await remove(instanceId);
    await becomes(instanceId, 'InstanceDeleted');
    await expectNothingLeft(instanceId);
  });

  it.each(boundaries(deletionSteps))('of a deletion (%s) deletes it after its restart', async (boundary) => {
    const killed = start(boundary);
    const instanceId = await created();
    await becomes(instanceId, 'InstanceCreated');
    await remove(instanceId);
    await hasEnded(killed);
    expect(await types(instanceId)).not.toContain('InstanceDeleted');
    start(NOWHERE);
    await becomes(instanceId, 'InstanceDeleted');
    expect((await steps(instanceId)).slice(creationSteps.length)).toEqual(deletionSteps);
    await expectNothingLeft(instanceId);
  });

  it.each(boundaries(deletionSteps))('of a roll-back (%s) takes all back after its restart', async (boundary) => {
    fake.lose('host-e1', 'assign-endpoint');
    const killed = start(boundary, { creationDeadlineMs: 1_000 });
    const instanceId = await created();
    await becomes(instanceId, 'InstanceCreationGivenUp');
    await hasEnded(killed);
    fake.bringBack('host-e1');
    // Without the short deadline: what was given up stays given up.
    start(NOWHERE);
    await becomes(instanceId, 'InstanceCreationFailed');
    const [end] = (await log.readStream(`instance:${instanceId}`)).slice(-1);
    expect((end.data as { problem: { detail: string } }).problem.detail).toContain('host-e1 refused assign-endpoint');
    await expectNothingLeft(instanceId);
  });
});
