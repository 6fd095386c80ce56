import { Client } from 'pg';
import { processesUsing, signal, waitUntil } from '@tandem/host';
import { EndpointWithPair } from '../test/endpoint-with-pair';
import { PoolerEndpoint, type PoolKind } from '.';

jest.setTimeout(60_000);

const KINDS: PoolKind[] = ['session', 'pooled'];

describe('the endpoint of an instance', () => {
  const rig = new EndpointWithPair(21_100);
  const { endpoint, a, b, targets } = rig;
  const serverOf = async (client: Client) =>
    (await client.query<{ at: string }>('SELECT host(inet_server_addr()) AS at')).rows[0].at;
  const connected = async (kind: PoolKind, password?: string) => {
    const client = rig.client(kind, password);
    await client.connect();
    return client;
  };

  beforeAll(() => rig.start());
  afterAll(() => rig.remove());

  it.each(KINDS)('lets clients wait while there is no primary, and serves them once there is one: %s', async (kind) => {
    await endpoint.lead(targets.a);
    const idle = await connected(kind);
    await serverOf(idle);
    await a.stop('immediate');
    await endpoint.hold();
    const answered: unknown[] = [];
    const login = () => connected(kind).finally(() => answered.push(kind));
    const nobodyAnswered = () => waitUntil(() => answered.length > 0, { boundMs: 500 });
    const first = login();
    expect(await nobodyAnswered()).toBeUndefined();
    // After a try that failed PgBouncer refuses those who come: the second is the one that shows it.
    const second = login();
    expect(await nobodyAnswered()).toBeUndefined();
    await a.start({ role: 'primary', names: 'clear' });
    await a.waitAccepting();
    await a.setGate('open');
    await endpoint.lead(targets.a);
    for (const client of await Promise.all([first, second])) {
      expect(await serverOf(client)).toBe(targets.a.host);
      await client.end();
    }
    await idle.end();
  });

  it.each(KINDS)('refuses a wrong password, the platform’s roles and its own console: %s', async (kind) => {
    await expect(connected(kind, 'wrong')).rejects.toThrow(/authentication failed/);
    const { host, port, ssl } = rig.client(kind) as unknown as { host: string; port: number; ssl: object };
    const strangers = ['tandem_pooler', 'tandem_peer', 'tandem_agent'].map((user) => ({ user, database: 'postgres' }));
    for (const who of [...strangers, { user: 'app', database: 'pgbouncer' }]) {
      const client = new Client({ host, port, ssl, ...who, password: 'guess', connectionTimeoutMillis: 5_000 });
      client.on('error', () => undefined);
      await expect(client.connect()).rejects.toThrow(/rejected|no such user|authentication failed/);
    }
  });

  it('gives a pause up at its bound, and everything goes on (R15)', async () => {
    const client = await connected('pooled');
    await client.query('BEGIN');
    expect(await endpoint.pause('pooled', 300)).toBe(false);
    await client.query('COMMIT');
    expect(await serverOf(client)).toBe(targets.a.host);
    await client.end();
  });

  it('carries pooled writers over a planned change of the primary without an error', async () => {
    const writers = await Promise.all([1, 2, 3, 4].map(() => connected('pooled')));
    await writers[0].query('CREATE TABLE written (id serial, writer int)');
    let stop = false;
    let total = 0;
    const work = writers.map(async (client, writer) => {
      for (let count = 0; ; count++) {
        if (stop) return count;
        await client.query('INSERT INTO written (writer) VALUES ($1)', [writer]);
        total++;
      }
    });
    const counts = Promise.all(work);
    expect(await waitUntil(() => total > 100, { boundMs: 10_000 })).toBe(true);
    expect(await endpoint.pause('pooled', 2_000)).toBe(true);
    await a.stop('fast');
    await b.cutStream();
    await b.promote();
    await b.setGate('open');
    await endpoint.lead(targets.b);
    expect(await serverOf(await connected('pooled'))).toBe(targets.b.host);
    stop = true;
    const written = (await counts).reduce((sum, count) => sum + count, 0);
    const reader = await connected('pooled');
    expect((await reader.query('SELECT count(*)::int AS n FROM written')).rows).toEqual([{ n: written }]);
    await Promise.all([...writers, reader].map((client) => client.end()));
  });

  it('cuts clients that hang on a silent old host after the repoint, and serves new ones', async () => {
    await b.checkpoint();
    await b.ensureSlot('a');
    await a.attachStream({ ...targets.b, applicationName: 'pg-test0002-n1', slotName: 'a' });
    await a.start({ role: 'standby', names: 'clear' });
    await a.waitAccepting();
    const hung = await Promise.all(KINDS.map((kind) => connected(kind)));
    for (const client of hung) await client.query('BEGIN');
    const frozen = processesUsing(b.context.paths.data);
    frozen.forEach((pid) => signal(pid, 'SIGSTOP'));
    const answers = hung.map((client) =>
      client.query('SELECT 1').then(
        () => 'answered',
        () => 'cut',
      ),
    );
    await a.cutStream();
    await a.promote();
    await a.setGate('open');
    await endpoint.lead(targets.a);
    expect(await endpoint.killWhereStale(targets.b)).toEqual(['shop', 'shop']);
    expect(await Promise.all(answers)).toEqual(['cut', 'cut']);
    for (const kind of KINDS) {
      const client = await connected(kind);
      expect(await serverOf(client)).toBe(targets.a.host);
      await client.end();
    }
    expect(await endpoint.killWhereStale(targets.b)).toEqual([]);
    frozen.forEach((pid) => signal(pid, 'SIGCONT'));
  });

  it('is adopted by the next agent, and a process that dies is started again where it pointed', async () => {
    const next = new PoolerEndpoint(rig.endpointOptions);
    expect(await next.ensureRunning()).toEqual([]);
    const { pid } = (await next.session.running())!;
    const restarted: PoolKind[] = [];
    const end = next.keepRunning((kind) => restarted.push(kind));
    signal(pid, 'SIGKILL');
    expect(await waitUntil(() => restarted.length > 0, { boundMs: 3_000 })).toBe(true);
    end();
    expect(restarted).toEqual(['session']);
    const client = await connected('session');
    expect(await serverOf(client)).toBe(targets.a.host);
    await client.end();
  });

  it('leaves no process behind when it is stopped', async () => {
    await endpoint.stop();
    expect(await endpoint.session.running()).toBeUndefined();
    expect(await endpoint.pooled.running()).toBeUndefined();
    await expect(connected('session')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
