import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { serverUser, waitUntil } from '@tandem/host';
import { makeScramVerifier, PostgresNode } from '@tandem/postgres';
import { PoolerEndpoint, type PoolerOptions, type PoolKind } from '../src';

const HOSTS = { 'host-a1': '127.0.1.11', 'host-b1': '127.0.1.12', 'host-e1': '127.0.0.1' } as const;
type HostId = keyof typeof HOSTS;
const APP = { user: 'app', password: 'pass "word" é', database: 'shop' };

/** A primary, its standby and an endpoint that points nowhere yet, on ports from `port` on. */
export class EndpointWithPair {
  readonly root = mkdtempSync('/tmp/tandem-host-');
  readonly a: PostgresNode;
  readonly b: PostgresNode;
  readonly endpointOptions: PoolerOptions;
  readonly endpoint: PoolerEndpoint;
  readonly targets: { a: { host: string; port: number }; b: { host: string; port: number } };

  constructor(private readonly port: number) {
    chmodSync(this.root, 0o755);
    mkdirSync(join(this.root, 'pki'));
    this.openssl('ecparam -name prime256v1 -genkey -noout -out ca.key');
    this.openssl('req -x509 -new -key ca.key -subj /CN=test -days 2 -out ca.crt');
    this.a = this.node('pg-test0002-n1', 'host-a1');
    this.b = this.node('pg-test0002-n2', 'host-b1');
    this.targets = { a: { host: HOSTS['host-a1'], port }, b: { host: HOSTS['host-b1'], port } };
    const ports = { listenAddress: '127.0.0.1', sessionPort: port + 1, pooledPort: port + 2 };
    this.endpointOptions = { dir: join(this.root, 'an endpoint'), pki: this.issue('host-e1'), ...ports };
    this.endpoint = new PoolerEndpoint(this.endpointOptions);
  }

  async start(): Promise<void> {
    const nodes = [
      { nodeId: 'pg-test0002-n1', hostId: 'host-a1' },
      { nodeId: 'pg-test0002-n2', hostId: 'host-b1' },
    ];
    for (const node of [this.a, this.b]) await node.configure({}, { nodes, poolers: ['host-e1'] });
    await this.a.initdb();
    await this.a.start({ role: 'primary', names: 'clear' });
    await this.a.waitAccepting();
    await this.a.ensurePlatformSchema(nodes.map(({ nodeId }) => nodeId));
    const { user: role, database, password } = APP;
    await this.a.ensureAccount({ role, database, verifier: makeScramVerifier(password) });
    await this.b.baseBackup(this.targets.a);
    await this.a.ensureSlot('b');
    await this.b.attachStream({ ...this.targets.a, applicationName: 'pg-test0002-n2', slotName: 'b' });
    await this.b.start({ role: 'standby', names: 'clear' });
    await this.b.waitAccepting();
    await this.a.setGate('open');
    await this.endpoint.ensureRunning();
  }

  /** A client of the application on one of the endpoint's ports, with TLS checked. */
  client(kind: PoolKind, password = APP.password): Client {
    const port = this.port + (kind === 'session' ? 1 : 2);
    const ssl = { ca: readFileSync(join(this.root, 'pki', 'ca.crt'), 'utf8') };
    const client = new Client({ host: '127.0.0.1', port, ...APP, password, ssl });
    client.on('error', () => undefined);
    return client;
  }

  /** Waits until everything that the primary has written is on the standby. */
  async caughtUp(): Promise<void> {
    const { flushLsn } = await this.a.observePrimary();
    const equal = async () => (await this.b.observeStandby()).receiveLsn === flushLsn;
    if (!(await waitUntil(equal, { boundMs: 5_000 }))) throw new Error('the standby does not catch up');
  }

  async remove(): Promise<void> {
    await this.endpoint.remove();
    await this.a.remove();
    await this.b.remove();
    await rm(this.root, { recursive: true, force: true });
  }

  private node(nodeId: string, hostId: HostId): PostgresNode {
    const host = join(this.root, hostId);
    const place = { dir: join(host, 'nodes', nodeId), socketDir: join(host, 's'), address: HOSTS[hostId] };
    const pgBin = process.env.TANDEM_PG_BIN ?? '/usr/lib/postgresql/15/bin';
    return new PostgresNode({ nodeId, ...place, port: this.port, pgBin, pki: this.issue(hostId) });
  }

  private issue(hostId: HostId) {
    const pki = join(this.root, 'pki');
    writeFileSync(join(pki, 'ext'), `subjectAltName=IP:${HOSTS[hostId]}\n`);
    this.openssl(`ecparam -name prime256v1 -genkey -noout -out ${hostId}.key`);
    this.openssl(`req -new -key ${hostId}.key -subj /CN=${hostId} -out request`);
    const signing = '-CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile ext';
    this.openssl(`x509 -req -in request ${signing} -out ${hostId}.crt`);
    const keyFile = join(pki, `${hostId}.key`);
    chmodSync(keyFile, 0o600);
    const { uid, gid } = serverUser();
    chownSync(keyFile, uid, gid);
    return { caFile: join(pki, 'ca.crt'), certFile: join(pki, `${hostId}.crt`), keyFile };
  }

  private openssl(command: string): void {
    execFileSync('openssl', command.split(' '), { cwd: join(this.root, 'pki'), stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
