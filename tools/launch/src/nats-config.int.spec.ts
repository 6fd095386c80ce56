import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, JSONCodec, NatsConnection } from 'nats';
import { waitUntil } from '@tandem/simhost';
import { renderNatsConfig } from './nats-config';

const PORT = 21_822;

describe('the permissions on NATS', () => {
  // A quote in the path must not end the string in the configuration.
  const dir = mkdtempSync('/tmp/tandem-launch-na ts-');
  const config = join(dir, 'nats.conf');
  const options = { storeDir: dir, address: '127.0.0.1', port: PORT };
  writeFileSync(config, renderNatsConfig({ ...options, passwordOf: (user) => `password-of-${user}` }));
  const server = spawn('nats-server', ['-c', config], { stdio: 'ignore' });
  const login = (user: string, inboxPrefix?: string): Promise<NatsConnection> =>
    connect({ port: PORT, user, pass: `password-of-${user}`, inboxPrefix, reconnect: false });
  const clients: Record<string, NatsConnection> = {};

  beforeAll(async () => {
    await waitUntil(
      'NATS answers',
      () =>
        login('control').then(
          (nc) => nc.close().then(() => true),
          () => false,
        ),
      {
        boundMs: 5_000,
        everyMs: 20,
      },
    );
    clients['control'] = await login('control');
    clients['agent'] = await login('agent');
    clients['observer'] = await login('observer', '_INBOX_observer');
    const manager = await clients['control'].jetstreamManager();
    await manager.streams.add({ name: 'TANDEM_TOPOLOGY', subjects: ['topology.*'] });
    await manager.streams.add({ name: 'TANDEM_EVENTS', subjects: ['events.>'] });
    await clients['control'].jetstream().publish('events.instance.a.Created', JSONCodec().encode({ n: 1 }));
  });
  afterAll(async () => {
    await Promise.all(Object.values(clients).map((client) => client.close()));
    const gone = new Promise((done) => server.once('exit', done));
    server.kill('SIGKILL');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  });

  const violation = async (client: NatsConnection | undefined, act: () => void): Promise<string> => {
    for await (const status of after(client as NatsConnection, act)) {
      const data = String(status.data);
      if (String(status.type) === 'error') return data;
    }
    return 'closed';
  };
  const after = (client: NatsConnection, act: () => void) => {
    const statuses = client.status();
    act();
    return statuses;
  };

  it('refuses a stranger', async () => {
    await expect(connect({ port: PORT, reconnect: false })).rejects.toThrow(/authorization/i);
  });

  it('lets an agent change a record by compare-and-set, and not purge what was recorded', async () => {
    const js = clients['agent']?.jetstream();
    await js?.publish('topology.pg-1', 'v1', { expect: { lastSubjectSequence: 0 } });
    const manager = await clients['agent']?.jetstreamManager({ checkAPI: false, timeout: 500 });
    await expect(manager?.streams.purge('TANDEM_TOPOLOGY')).rejects.toThrow();
    await expect(manager?.streams.delete('TANDEM_TOPOLOGY')).rejects.toThrow();
    expect((await manager?.streams.info('TANDEM_TOPOLOGY'))?.state.messages).toBe(1);
  });

  it('lets an observer follow the events, and write or overhear nothing', async () => {
    const observer = clients['observer'];
    const manager = await observer?.jetstreamManager({ checkAPI: false });
    await manager?.consumers.add('TANDEM_EVENTS', { durable_name: 'reader', ack_policy: 'explicit' as never });
    const consumer = await observer?.jetstream({ checkAPI: false } as never).consumers.get('TANDEM_EVENTS', 'reader');
    const message = await consumer?.next({ expires: 2_000 });
    expect(message?.json()).toEqual({ n: 1 });
    const refused = (act: () => void) => violation(observer, act);
    expect(await refused(() => observer?.publish('events.instance.a.Forged'))).toContain('PERMISSIONS_VIOLATION');
    expect(await refused(() => observer?.subscribe('_INBOX.>'))).toContain('PERMISSIONS_VIOLATION');
  });
});
