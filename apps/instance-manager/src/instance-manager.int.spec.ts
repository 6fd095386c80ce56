import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { allEvents, CreateInstance, subjects } from '@tandem/contracts';
import { EventLog, migrate, openControlPool, StoredEvent } from '@tandem/event-log';
import { Bus, connectBus, request } from '@tandem/messaging';
import { createLogger, databaseAddress, Result } from '@tandem/platform';
import { eventually, localProvider, scratchDir, TestServer } from '@tandem/testkit';
import { openTopologyStore, TopologyStore } from '@tandem/topology';
import type { Pool } from 'pg';
import { FakeHosts, HostSpec } from './test/fake-hosts.fixture';
import { startInstanceManager } from './instance-manager.application';
import type { InstanceManagerConfig } from './instance-manager.config';

const hosts: HostSpec[] = [
  { hostId: 'host-a1', zone: 'zone-a', roles: ['database'] },
  { hostId: 'host-a2', zone: 'zone-a', roles: ['database'] },
  { hostId: 'host-b1', zone: 'zone-b', roles: ['database'] },
  { hostId: 'host-c1', zone: 'zone-c', roles: ['database'] },
  { hostId: 'host-e1', zone: 'zone-a', roles: ['endpoint'] },
];
const verifier = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';

describe('the instance manager', () => {
  jest.setTimeout(40_000);
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let nats: TestServer;
  let database: TestServer;
  let bus: Bus;
  let pool: Pool;
  let log: EventLog;
  let topology: TopologyStore;
  let config: InstanceManagerConfig;
  let fake: FakeHosts;
  let manager: INestApplicationContext;
  const logged: string[] = [];
  const logger = createLogger({ service: 'instance-manager' }, 'debug', { write: (line) => void logged.push(line) });

  beforeAll(async () => {
    scratch = await scratchDir('manager');
    [nats, database] = await Promise.all([
      localProvider.nats({ port: 22001, dir: join(scratch.path, 'nats') }),
      localProvider.postgres({ port: 22002, dir: join(scratch.path, 'pg') }),
    ]);
    config = {
      healthPort: 22003,
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
    manager = await startInstanceManager(config, logger);
    topology = await openTopologyStore(bus.nc, { role: 'user', onReset: () => 'accept' });
    fake = new FakeHosts(bus, topology, log, hosts);
    await eventually('hosts are known', async () => (await create({ name: 'first' })).ok);
    await ended('first');
  });

  afterAll(async () => {
    await manager?.close();
    await fake?.stop();
    await topology?.close();
    await pool?.end();
    await bus?.close();
    await Promise.all([nats?.dispose(), database?.dispose()]);
    await scratch?.remove();
  });

  const ask = (verb: string, body: object) =>
    request(bus, subjects.service('instance-manager', verb), body, { timeoutMs: 10_000 }) as Promise<
      Result<{ instanceId: string; operationId: string }>
    >;
  const create = (more: Partial<CreateInstance> & { name: string }) =>
    ask('create-instance', {
      operationId: `op-${randomUUID()}`,
      edition: 'ha',
      zones: 'multi-zone',
      account: 'app',
      database: 'app',
      verifier,
      ...more,
    });
  const remove = (instanceId: string) => ask('delete-instance', { operationId: `op-${randomUUID()}`, instanceId });
  const history = async (instanceId: string): Promise<StoredEvent[]> => log.readStream(`instance:${instanceId}`);
  const types = async (instanceId: string) => (await history(instanceId)).map(({ type }) => type);
  const created = async (name: string, more: Partial<CreateInstance> = {}): Promise<string> => {
    const answer = await create({ name, ...more });
    if (!answer.ok) throw new Error(answer.rejection.detail);
    return answer.result.instanceId;
  };
  const becomes = (instanceId: string, type: string) =>
    eventually(`${instanceId} has ${type}`, async () => (await types(instanceId)).includes(type));
  const asked = (instanceId: string) => fake.asked.filter(({ body }) => body.instanceId === instanceId);
  const secrets = async () => (await pool.query<{ id: string }>('SELECT id FROM secrets')).rows.map(({ id }) => id);

  /** Creates nothing: waits for the instance that beforeAll made, and deletes it, so that each test starts with none. */
  async function ended(name: string): Promise<void> {
    const [allocated] = (await log.readAll({ types: ['InstanceAllocated'] })) as StoredEvent<
      string,
      { instanceId: string; spec: { name: string } }
    >[];
    expect(allocated.data.spec.name).toBe(name);
    await becomes(allocated.data.instanceId, 'InstanceCreated');
    await remove(allocated.data.instanceId);
    await becomes(allocated.data.instanceId, 'InstanceDeleted');
  }

  async function deleted(instanceId: string): Promise<void> {
    expect(await remove(instanceId)).toMatchObject({ ok: true });
    await becomes(instanceId, 'InstanceDeleted');
  }

  it('creates a pair over two zones and calls it created once the secondary is in syncSet', async () => {
    const instanceId = await created('pair');
    await becomes(instanceId, 'InstanceCreated');
    const { record } = (await topology.read(instanceId))!;
    expect(record).toMatchObject({ epoch: 1, state: 'open', syncSet: [`${instanceId}-n2`] });
    expect(
      asked(instanceId)
        .map(({ verb }) => verb)
        .sort(),
    ).toEqual(['assign-endpoint', 'assign-node', 'assign-node', 'ensure-account']);
    expect(asked(instanceId).find(({ verb }) => verb === 'ensure-account')).toMatchObject({
      hostId: record.nodes[`${instanceId}-n1`].hostId,
      body: { account: 'app', database: 'app', verifier },
    });
    await deleted(instanceId);
  });

  it('creates Basic with one node', async () => {
    const instanceId = await created('basic', { edition: 'basic' });
    await becomes(instanceId, 'InstanceCreated');
    expect([...fake.nodes]).toEqual([`${instanceId}-n1`]);
    await deleted(instanceId);
  });

  it('keeps the verifier out of events, logs and plain tables, and forgets it with the instance', async () => {
    const instanceId = await created('secretive');
    await becomes(instanceId, 'InstanceCreated');
    const { rows } = await pool.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM secrets');
    const everything = JSON.stringify(await log.readAll({})) + logged.join('') + String(rows[0].ciphertext);
    expect(everything).toContain('secretive');
    expect(everything).not.toContain('SCRAM-SHA-256$');
    await deleted(instanceId);
    expect(await secrets()).toEqual([]);
  });

  it('gives one name to one of many racing creations, and no port twice', async () => {
    const wishes = ['a', 'a', 'a', 'b', 'c', 'd'].map((name) => create({ name, edition: 'basic' }));
    const answers = await Promise.all(wishes);
    const made = answers.flatMap((answer) => (answer.ok ? [answer.result.instanceId] : []));
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.rejection.code]));
    expect([made.length, refused]).toEqual([4, ['name-taken', 'name-taken']]);
    const plans = await Promise.all(made.map(async (id) => (await history(id))[0].data as { plan: Plan }));
    const ports = plans.flatMap(({ plan }) => [plan.sessionPort, plan.pooledPort, Object.values(plan.nodes)[0].port]);
    expect(new Set(ports).size).toBe(12);
    for (const id of made) await becomes(id, 'InstanceCreated');
    await Promise.all(made.map(deleted));
  });

  it('leaves nothing behind when it refuses', async () => {
    const before = await log.lastPosition();
    const instanceId = await created('only');
    await becomes(instanceId, 'InstanceCreated');
    const during = await log.lastPosition();
    expect(await create({ name: 'only' })).toMatchObject({ ok: false, rejection: { code: 'name-taken' } });
    expect([await log.lastPosition(), await secrets()]).toEqual([during, [`scram-verifier:${instanceId}`]]);
    expect(during).toBeGreaterThan(before);
    await deleted(instanceId);
  });

  it('deletes everything, and frees the name, when each member has acknowledged', async () => {
    const instanceId = await created('goes');
    await becomes(instanceId, 'InstanceCreated');
    await deleted(instanceId);
    expect(await topology.read(instanceId)).toBeNull();
    expect(fake.nodes.size).toBe(0);
    const order = asked(instanceId).map(({ verb }) => verb);
    expect(order.slice(-3)).toEqual(['release-endpoint', 'release-node', 'release-node']);
    const again = await created('goes');
    await becomes(again, 'InstanceCreated');
    await deleted(again);
  });

  it('keeps an instance deleting while a host that held a node is lost', async () => {
    const instanceId = await created('patient');
    await becomes(instanceId, 'InstanceCreated');
    const { record } = (await topology.read(instanceId))!;
    const { hostId } = record.nodes[`${instanceId}-n2`];
    fake.lose(hostId);
    await remove(instanceId);
    const tries = () => asked(instanceId).filter((each) => each.hostId === hostId && each.verb === 'release-node');
    await eventually('the lost host has been asked twice', () => tries().length >= 2);
    expect(await types(instanceId)).not.toContain('InstanceDeleted');
    expect((await topology.read(instanceId))!.record.state).toBe('retired');
    expect(await remove(instanceId)).toMatchObject({ rejection: { code: 'operation-in-progress' } });
    fake.bringBack(hostId);
    await becomes(instanceId, 'InstanceDeleted');
  });

  it('goes on with a creation that it finds half done when it starts', async () => {
    fake.lose('host-e1');
    const instanceId = await created('resumed');
    await eventually('the endpoint host has been asked', () => asked(instanceId).length >= 3);
    await manager.close();
    fake.bringBack('host-e1');
    manager = await startInstanceManager(config, logger);
    await becomes(instanceId, 'InstanceCreated');
    await deleted(instanceId);
  });

  it('gives up at the deadline, removes all it had made, and says why', async () => {
    await manager.close();
    manager = await startInstanceManager({ ...config, creationDeadlineMs: 1_000 }, logger);
    fake.lose('host-e1');
    const instanceId = await eventually('creation', async () => (await created('late').catch(() => null)) ?? undefined);
    await eventually('the nodes have been released', () => asked(instanceId).some((a) => a.verb === 'release-node'));
    fake.bringBack('host-e1');
    await becomes(instanceId, 'InstanceCreationFailed');
    const failure = (await history(instanceId)).at(-1)!.data as { problem: { code: string; detail: string } };
    expect(failure.problem.code).toBe('unavailable');
    expect(failure.problem.detail).toContain('host-e1 refused assign-endpoint');
    expect([await topology.read(instanceId), fake.nodes.size, await secrets()]).toEqual([null, 0, []]);
    await manager.close();
    manager = await startInstanceManager(config, logger);
    const again = await eventually('creation', async () => (await created('late').catch(() => null)) ?? undefined);
    await becomes(again, 'InstanceCreated');
    await deleted(again);
    await deleted(instanceId);
  });

  it('retires and removes a record whose creation landed after the instance was gone (R12)', async () => {
    const instanceId = await created('ghost', { edition: 'basic' });
    await becomes(instanceId, 'InstanceCreated');
    const { record } = (await topology.read(instanceId))!;
    await deleted(instanceId);
    const late = { ...record, id: randomUUID(), prevId: null, state: 'promoting' as const };
    expect(await topology.cas({ based: null, next: late })).toMatchObject({ outcome: 'done' });
    await eventually('the late record is gone', async () => (await topology.read(instanceId)) === null);
  });

  it('knows no instance that nobody made', async () => {
    expect(await remove('pg-00000000')).toMatchObject({ rejection: { code: 'instance-unknown' } });
  });

  describe('changes', () => {
    let instanceId: string;
    const change = (settings: object, operationId = `op-${randomUUID()}`) =>
      ask('change-instance', { operationId, instanceId, ...settings });

    it('name, tags and protection at once, each told once, however often the request comes', async () => {
      instanceId = await created('before');
      await becomes(instanceId, 'InstanceCreated');
      const wish = { name: 'after', tags: { team: 'a' }, deletionProtection: true };
      const operationId = `op-${randomUUID()}`;
      const answers = await Promise.all([1, 2, 3].map(() => change(wish, operationId)));
      expect(answers).toEqual(answers.map(() => ({ ok: true, result: { operationId } })));
      expect((await types(instanceId)).slice(-3)).toEqual([
        'InstanceRenamed',
        'InstanceTagged',
        'DeletionProtectionTurnedOn',
      ]);
      expect((await log.readStream(`operation:${operationId}`)).map(({ type }) => type)).toEqual([
        'InstanceChangeCompleted',
      ]);
    });

    it('nothing that was decided on an older revision', async () => {
      const revision = (await history(instanceId)).length;
      const stale = await change({ tags: {}, revision: revision - 1 });
      expect(stale).toMatchObject({ rejection: { code: 'revision-stale', params: { revision } } });
      expect(await ask('delete-instance', { operationId: 'op-x', instanceId, revision: 1 })).toMatchObject({
        ok: false,
      });
      expect(await change({ tags: {}, revision })).toMatchObject({ ok: true });
    });

    it('a name for one of many that want it, and frees the old one', async () => {
      const other = await created('before', { edition: 'basic' });
      await becomes(other, 'InstanceCreated');
      expect(await change({ name: 'before' })).toMatchObject({ rejection: { code: 'name-taken' } });
      const wishes = [change({ name: 'wanted' }), create({ name: 'wanted', edition: 'basic' })];
      const answers = await Promise.all(wishes);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      const won = answers[1].ok ? answers[1].result.instanceId : null;
      if (won) await becomes(won, 'InstanceCreated');
      await Promise.all([other, won].map((id) => (id ? deleted(id) : undefined)));
    });

    it('the right to delete: what is protected stays', async () => {
      expect(await remove(instanceId)).toMatchObject({ rejection: { code: 'deletion-protected' } });
      expect(await change({ deletionProtection: false })).toMatchObject({ ok: true });
      await deleted(instanceId);
    });
  });

  it('answers a repeated request with what it made the first time', async () => {
    const operationId = `op-${randomUUID()}`;
    const first = await created('twice', { operationId });
    expect(await created('twice', { operationId })).toBe(first);
    await becomes(first, 'InstanceCreated');
    await deleted(first);
  });

  it('refuses placement when no host is known to live, as unknown means no (R14)', async () => {
    await fake.stop();
    let attempt = 0;
    const refused = await eventually('the facts have expired', async () => {
      const answer = await create({ name: `nowhere-${attempt++}` });
      return answer.ok ? undefined : answer.rejection;
    });
    expect(refused).toMatchObject({ code: 'too-few-hosts' });
    expect(refused.detail).toContain('host-a1 (zone-a, database, unknown)');
  });
});

interface Plan {
  sessionPort: number;
  pooledPort: number;
  nodes: Record<string, { port: number }>;
}
