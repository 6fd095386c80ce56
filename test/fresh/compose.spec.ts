import { Client } from 'pg';
import { HostView, InstanceAccepted, InstanceView } from '@tandem/contracts';
import { hosts, services } from '@tandem/launch';
import { containerProvider, eventually, providerSuite, scratchDir } from '@tandem/testkit';
import { composeCommand } from './compose-command';
import { ComposeProject, published } from './compose-project';
import { DockerEngine, engineAvailable, openEngine } from './docker-engine';
import { buildLookAlikes } from './look-alikes';

const command = composeCommand();
const withCompose = command === null ? describe.skip : describe;
const withEngine = command === null || !engineAvailable() ? describe.skip : describe;

withCompose('docker-compose.yml', () => {
  it('is understood, and holds every service and host that the launcher starts', async () => {
    const names = (await new ComposeProject(command!, process.env).do(['config', '--services'])).trim().split('\n');
    const expected = ['init', 'nats', 'control-db', ...services, ...hosts.map(({ id }) => id)];
    expect(names.sort()).toEqual(expected.sort());
  });
});

withEngine('the platform in containers', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let engine: DockerEngine;
  let project: ComposeProject;
  let token: string;
  let login: { user: string; password: string; database: string };

  beforeAll(async () => {
    scratch = await scratchDir('compose');
    engine = await openEngine(scratch.path);
    project = new ComposeProject(command!, engine.env);
    await project.do(['build'], 240_000);
    await project.do(['up', '-d'], 60_000);
    token = (await project.do(['exec', '-T', 'api-gateway', 'cat', '/var/lib/tandem/secrets/api-token'])).trim();
  }, 330_000);

  afterAll(async () => {
    await project?.do(['down', '--volumes', '--rmi', 'all'], 90_000);
    await engine?.stop();
    await scratch?.remove();
  }, 180_000);

  const look = () => project.api<InstanceView>(token, 'GET', '/v1/instances/pair');

  /** One commit through the published port of the session endpoint; at most 2 s. */
  const write = async (n: number): Promise<void> => {
    const options = { connectionTimeoutMillis: 2_000, query_timeout: 2_000 };
    const client = new Client({ host: '127.0.0.1', port: published.endpoints, ...login, ...options });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('INSERT INTO kept VALUES ($1)', [n]);
    } finally {
      await client.end();
    }
  };

  it('serves an HA instance on the published ports', async () => {
    const live = async () => {
      const answer = await project.api<{ hosts: HostView[] }>(token, 'GET', '/v1/hosts');
      return answer.hosts.filter(({ state }) => state === 'live').length === hosts.length;
    };
    await eventually('every host is live', live, 60_000);
    const body = { name: 'pair', edition: 'ha', zones: 'multi-zone' };
    const { credentials } = await project.api<InstanceAccepted>(token, 'POST', '/v1/instances', body);
    await eventually('the instance is available', async () => (await look()).status === 'available', 90_000);
    const { account: user, password, database } = credentials;
    login = { user, password, database };
    const client = new Client({ host: '127.0.0.1', port: published.endpoints, ...login });
    await client.connect();
    await client.query('CREATE TABLE kept (n int)');
    await client.end();
    await write(0);
  }, 160_000);

  it('takes writes again after the container of the primary was killed, and has lost none', async () => {
    const before = await look();
    const acknowledged = [0];
    for (let n = 1; n <= 20; n += 1) await write(n).then(() => acknowledged.push(n));
    await project.do(['kill', before.primary!.hostId!]);
    await eventually('a write succeeds', () => write(21).then(() => true), 30_000);

    const after = await look();
    expect(after.primary!.hostId).toBe(before.secondary!.hostId);
    expect(after.epoch).toBeGreaterThan(before.epoch!);
    const client = new Client({ host: '127.0.0.1', port: published.endpoints, ...login });
    await client.connect();
    const { rows } = await client.query<{ n: number }>('SELECT DISTINCT n FROM kept WHERE n <= 20 ORDER BY n');
    await client.end();
    expect(rows.map(({ n }) => n)).toEqual(acknowledged);
  }, 90_000);

  it('has both nodes again once the container is back', async () => {
    const { secondary } = await look();
    await project.do(['up', '-d', '--no-recreate', secondary!.hostId!]);
    await eventually(
      'the old primary is in syncSet',
      async () => (await look()).syncSet.includes(secondary!.nodeId),
      60_000,
    );
    await eventually('a write succeeds', () => write(22).then(() => true), 10_000);
  }, 100_000);

  describe('PostgreSQL and NATS as containers of the tests', () => {
    const own = ['DOCKER_HOST', 'TESTCONTAINERS_RYUK_DISABLED', 'TANDEM_TEST_POSTGRES_IMAGE', 'TANDEM_TEST_NATS_IMAGE'];
    const before = Object.fromEntries(own.map((name) => [name, process.env[name]]));
    beforeAll(() => {
      process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
      if (engine.pulls) return;
      Object.assign(process.env, { DOCKER_HOST: engine.env.DOCKER_HOST }, buildLookAlikes(engine.env));
    }, 60_000);
    afterAll(() => {
      for (const name of own) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    });
    providerSuite(containerProvider, { postgres: 21_332, nats: 21_333 });
  });
});
