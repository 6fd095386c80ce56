import { chmodSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { lookUpUser, run, waitUntil } from '@tandem/host';
import { APP, appAccount, appSession, refusal, tlsOf } from '../test/clients';
import { PG_BIN, TestPair, type TestNode } from '../test/test-pair';

jest.setTimeout(60_000);

const NOT_AUTHORISED = '28000';
const WRONG_PASSWORD = '28P01';
const TOO_MANY = '53300';

describe('who gets into a node', () => {
  const pair = new TestPair(21_020);
  const { a, b } = pair;
  const both: [string, TestNode][] = [
    ['primary', a],
    ['standby', b],
  ];

  beforeAll(async () => {
    await pair.startPrimary({ max_connections: '16' });
    await a.node.ensureAccount(appAccount);
    await b.node.baseBackup(a.at);
    await pair.follow(b, a);
  });
  afterAll(() => pair.remove());

  it('starts with the gate closed, whatever it was before (R8)', async () => {
    await a.node.setGate('open');
    await a.node.stop('fast');
    await a.node.start({ role: 'primary', names: 'clear' });
    await a.node.waitAccepting();
    expect(await a.node.gateInForce()).toBe('closed');
    expect(await refusal({ ...a.at, ...APP, ssl: tlsOf(a, { certificate: true }) })).toBe(NOT_AUTHORISED);
  });

  describe.each(['closed', 'open'] as const)('with the gate %s', (gate) => {
    beforeAll(() => Promise.all([a.node.setGate(gate), b.node.setGate(gate)]));

    it.each(both)('refuses the right password without a certificate, from every local address: %s', async (_, at) => {
      for (const localAddress of ['127.0.0.1', '127.0.1.11', '127.0.1.12', '127.0.1.77']) {
        for (const ssl of [tlsOf(at, { certificate: false }), false as const]) {
          const stream = from(localAddress);
          expect(await refusal({ ...at.at, ...APP, ssl, stream })).toBe(NOT_AUTHORISED);
        }
      }
    });

    it.each(both)('never lets the superuser in over TCP, certificate or not: %s', async (_, at) => {
      for (const certificate of [true, false]) {
        const ssl = tlsOf(at, { certificate });
        expect(await refusal({ ...at.at, user: 'tandem_agent', database: 'postgres', ssl })).toBe(NOT_AUTHORISED);
      }
    });

    it.each(both)('refuses the replication protocol to an application and to another host: %s', async (_, at) => {
      const other = at === a ? b : a;
      const asApp = { ...at.at, ...APP, ssl: tlsOf(at, { certificate: true }), replication: 'true' };
      expect(await refusal(asApp)).toBe(NOT_AUTHORISED);
      // R3: a standby's role belongs to its host's certificate.
      const stolen = { ...at.at, user: `tandem_repl_${at.nodeId.replace(/-/g, '_')}`, replication: 'true' };
      expect(await refusal({ ...stolen, ssl: tlsOf(other, { certificate: true }) })).toBe(NOT_AUTHORISED);
    });

    // Only root can become another user of the system.
    const asRoot = process.getuid?.() === 0 ? it : it.skip;
    asRoot.each(both)('refuses every user of the unix socket but the agent: %s', async (_, { node }) => {
      const { socketDir, port } = node.context;
      // Rights of the file system would refuse it too; this is about pg_hba.
      for (const path of [socketDir, dirname(socketDir)]) chmodSync(path, 0o755);
      chmodSync(join(socketDir, `.s.PGSQL.${port}`), 0o777);
      const { uid, gid } = lookUpUser('nobody');
      for (const user of ['tandem_agent', APP.user, 'tandem_peer']) {
        const args = ['-h', socketDir, '-p', String(port), '-U', user, '-d', 'postgres', '-c', 'SELECT 1'];
        const env = { PGPASSWORD: APP.password, PATH: '/usr/bin' };
        const { code, stderr } = await run(join(PG_BIN, 'psql'), args, { timeoutMs: 5_000, uid, gid, env, cwd: '/' });
        expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/Peer auth|rejects/) });
      }
    });
  });

  it('admits an application through a certificate of the platform when it is open, with its own password', async () => {
    const client = await appSession(a);
    expect((await client.query('SELECT current_user AS me')).rows).toEqual([{ me: 'app' }]);
    await client.end();
    const ssl = tlsOf(a, { certificate: true });
    expect(await refusal({ ...a.at, ...APP, password: 'wrong', ssl })).toBe(WRONG_PASSWORD);
  });

  it("lets the look-up of verifiers to the endpoint's hosts alone, whoever else has a certificate", async () => {
    const lookUp = (of: TestNode) => ({
      ...a.at,
      user: 'tandem_pooler',
      database: APP.database,
      ssl: tlsOf(of, { certificate: true }),
    });
    const endpoint = { ...a, pki: pair.pki.issue('host-e1', '127.0.0.1') };
    expect(await refusal(lookUp(endpoint))).toBeUndefined();
    expect(await refusal(lookUp(b))).toBe(NOT_AUTHORISED);
  });

  it('has shut it for new sessions when setGate returns, and ends the old ones', async () => {
    const client = await appSession(a);
    const ended = new Promise((resolve) => client.once('end', resolve));
    await a.node.setGate('closed');
    expect(await refusal({ ...a.at, ...APP, ssl: tlsOf(a, { certificate: true }) })).toBe(NOT_AUTHORISED);
    expect(await a.node.terminateClients()).toEqual({ ended: 1, left: 0 });
    await ended;
  });

  it('leaves the agent its way in when clients have taken every other session', async () => {
    await a.node.setGate('open');
    let taken = 0;
    let refused: unknown;
    while (taken < 16 && refused === undefined) {
      await appSession(a).then(
        () => taken++,
        (error: { code?: string }) => (refused = error.code),
      );
    }
    expect(refused).toBe(TOO_MANY);
    await a.node.setGate('closed');
    expect(await a.node.terminateClients()).toEqual({ ended: taken, left: 0 });
  });

  it('ends a session that was let through by the open gate and has not given its password yet', async () => {
    await a.node.setGate('open');
    let give!: (password: string) => void;
    const password = new Promise<string>((resolve) => (give = resolve));
    let asked = false;
    const login = appSession(a, { password: () => ((asked = true), password) }).then(
      () => 'in',
      () => 'refused',
    );
    await waitUntil(() => asked, { boundMs: 3_000 });
    await a.node.setGate('closed');
    await a.node.terminateClients();
    give(APP.password);
    expect(await login).toBe('refused');
  });

  it('tells a peer of the instance that it is alive, and nothing to a stranger (R4)', async () => {
    expect(await b.node.probePeer(a.at)).toMatchObject({ inRecovery: false });
    expect(await b.node.probePeer({ ...a.at, port: 21_039 })).toBeNull();
  });
});

/** A socket that is bound to one local address before it connects. */
function from(localAddress: string) {
  return () => {
    const socket = new Socket();
    const connect = socket.connect.bind(socket) as (options: object) => typeof socket;
    socket.connect = ((port: number, host: string) => connect({ port, host, localAddress })) as typeof socket.connect;
    return socket;
  };
}
