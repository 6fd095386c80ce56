import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { waitUntil } from '@tandem/host';
import { PostgresNode } from '../src';
import { TestPki } from './test-pki';

export const PG_BIN = process.env.TANDEM_PG_BIN ?? '/usr/lib/postgresql/15/bin';

export interface TestNode {
  node: PostgresNode;
  nodeId: string;
  hostId: string;
  at: { host: string; port: number };
  pki: { caFile: string; certFile: string; keyFile: string };
}

/** Two nodes on two addresses of this machine, made by the library's own methods; a path with a space in it. */
export class TestPair {
  readonly root = mkdtempSync('/tmp/tandem-host-');
  readonly pki = new TestPki(join(this.root, 'pki'));
  readonly a: TestNode;
  readonly b: TestNode;

  constructor(port: number) {
    this.a = this.make('pg-test0001-n1', 'host-a1', '127.0.1.11', port);
    this.b = this.make('pg-test0001-n2', 'host-b1', '127.0.1.12', port);
  }

  private make(nodeId: string, hostId: string, address: string, port: number): TestNode {
    const pki = this.pki.issue(hostId, address);
    const host = join(this.root, `the ${hostId}`);
    const options = { nodeId, dir: join(host, 'nodes', nodeId), socketDir: join(host, 's'), address, port };
    return {
      node: new PostgresNode({ ...options, pgBin: PG_BIN, pki }),
      nodeId,
      hostId,
      at: { host: address, port },
      pki,
    };
  }

  readonly peers = () => ({
    nodes: [this.a, this.b].map(({ nodeId, hostId }) => ({ nodeId, hostId })),
    poolers: ['host-e1'],
  });

  /** The first node as primary, gate closed, names clear. */
  async startPrimary(parameters: Record<string, string> = {}): Promise<void> {
    await chmod(this.root, 0o755);
    for (const { node } of [this.a, this.b]) await node.configure(parameters, this.peers());
    await this.a.node.initdb();
    await this.a.node.start({ role: 'primary', names: 'clear' });
    await this.a.node.waitAccepting();
    await this.a.node.ensurePlatformSchema([this.a.nodeId, this.b.nodeId]);
  }

  /** Makes `standby` follow `primary` under the name and the slot of its node. */
  async follow(standby: TestNode, primary: TestNode): Promise<void> {
    await primary.node.ensureSlot(slotOf(standby));
    await standby.node.attachStream({ ...primary.at, applicationName: standby.nodeId, slotName: slotOf(standby) });
    await standby.node.start({ role: 'standby', names: 'clear' });
    await standby.node.waitAccepting();
    const streaming = await waitUntil(
      async () => (await standby.node.observeStandby()).receiver?.status === 'streaming',
      {
        boundMs: 10_000,
      },
    );
    if (!streaming) throw new Error('the standby does not stream');
  }

  async remove(): Promise<void> {
    for (const { node } of [this.a, this.b]) await node.remove();
    await rm(this.root, { recursive: true, force: true });
  }
}

export const slotOf = ({ nodeId }: TestNode) => nodeId.replace(/-/g, '_');

/** Runs one statement as the agent, through the unix socket. */
export async function asAgent({ node }: TestNode, sql: string): Promise<Record<string, unknown>[]> {
  const { socketDir: host, port } = node.context;
  const client = new Client({ host, port, user: 'tandem_agent', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
