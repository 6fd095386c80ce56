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
  const login = (user: string): Promise<NatsConnection> =>
    connect({ port: PORT, user, pass: `password-of-${user}`, reconnect: false });
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
    clients['observer'] = await login('observer');
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

  it('lets an observer hear events as they happen', async () => {
    const { observer, control } = clients;
    const heard = observer?.subscribe('events.instance.*.Created', { max: 1 });
    await observer?.flush();
    await control?.jetstream().publish('events.instance.b.Created', JSONCodec().encode({ n: 2 }));
    for await (const message of heard ?? []) expect([message.subject, message.json()]).toEqual(['events.instance.b.Created', { n: 2 }]); // prettier-ignore
  });

  it.each([
    'events.instance.a.Forged',
    'topology.pg-1',
    'cmd.instance-manager.create-instance',
    'cmd.agent.host-a1.consent',
    'cmd.drill.kill-host',
    'facts.host.host-a1',
    'notices.host-a1.NodeFenced',
    '$KV.TANDEM_SESSIONS.host-a1',
    '$JS.API.INFO',
    '$JS.API.STREAM.INFO.TANDEM_EVENTS',
    '$JS.API.STREAM.MSG.GET.TANDEM_EVENTS',
    '$JS.API.STREAM.MSG.GET.TANDEM_TOPOLOGY',
    '$JS.API.STREAM.PURGE.TANDEM_EVENTS',
    '$JS.API.STREAM.DELETE.TANDEM_TOPOLOGY',
    '$JS.API.CONSUMER.CREATE.TANDEM_EVENTS',
    '$JS.API.CONSUMER.DURABLE.CREATE.TANDEM_EVENTS.x',
    '$JS.API.CONSUMER.MSG.NEXT.TANDEM_EVENTS.x',
    '$JS.ACK.TANDEM_EVENTS.x.1.1.1.1.1',
    '_INBOX.somebody.1',
  ])('lets an observer send nothing to %s, and have no answer written to a place of its choice', async (subject) => {
    const { observer, control } = clients;
    const manager = await control?.jetstreamManager();
    const before = (await manager?.streams.info('TANDEM_TOPOLOGY'))?.state.last_seq;
    const refused = violation(observer, () => observer?.publish(subject, '', { reply: 'topology.pg-2' }));
    expect(await refused).toContain('PERMISSIONS_VIOLATION');
    expect((await manager?.streams.info('TANDEM_TOPOLOGY'))?.state.last_seq).toBe(before);
  });

  it.each(['>', '*', 'topology.>', 'cmd.>', 'facts.>', 'notices.>', '$JS.>', '$KV.>', '$SYS.>', '_INBOX.>'])(
    'lets an observer overhear nothing on %s',
    async (subject) => {
      const { observer } = clients;
      expect(await violation(observer, () => void observer?.subscribe(subject))).toContain('PERMISSIONS_VIOLATION');
    },
  );
});
