import { Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';
import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import { Transient, UnknownOutcome } from '@tandem/platform';
import type { NodeContext, Source } from './node-options';
import { pgFailure } from './pg-failure';
import { AGENT_ROLE, PEER_ROLE } from './roles';

export interface ConnectOptions {
  database?: string;
  connectMs?: number;
  /** Server-side bound of a statement in ms; 0 = none, for commits that may have to wait for the secondary. */
  statementMs?: number;
}

/** One platform session. Every statement has a bound; one that exceeds it costs the session. */
export class Connection {
  private socket!: Socket;
  private readonly client: Client;
  private failed: Error | undefined;

  constructor(config: ClientConfig, { statementMs = 30_000 }: ConnectOptions = {}) {
    this.client = new Client({
      ...config,
      application_name: 'tandem_agent',
      options: `-c search_path=pg_catalog -c statement_timeout=${statementMs}`,
      stream: () => (this.socket = new Socket()),
    });
    this.client.on('error', (error) => (this.failed = error));
  }

  get usable(): boolean {
    return this.failed === undefined;
  }

  async connect(): Promise<this> {
    try {
      await this.client.connect();
      return this;
    } catch (error) {
      this.destroy();
      throw new Transient('pg-unreachable', 'no session with PostgreSQL', { cause: error });
    }
  }

  /** Rows of one statement. After `boundMs` without an answer the session is cut and the outcome is unknown. */
  async query<R extends QueryResultRow>(text: string, values: unknown[] = [], boundMs = 30_000): Promise<R[]> {
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new UnknownOutcome('pg-no-answer', `PostgreSQL gave no answer within ${boundMs} ms`));
        this.destroy();
      }, boundMs);
    });
    try {
      const answer = this.client.query<R>(text, values).catch((error: unknown) => {
        throw pgFailure(error);
      });
      return (await Promise.race([answer, overdue])).rows;
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    if (this.failed) return this.destroy();
    await this.client.end().catch(() => undefined);
  }

  /** Cuts the session without a word; a commit that waits on the server goes on waiting there. */
  destroy(): void {
    this.failed ??= new Error('session cut');
    this.socket?.destroy();
  }
}

/** A superuser session through the unix socket of our own node. */
export function connectAgent(node: NodeContext, options: ConnectOptions = {}): Promise<Connection> {
  const { database = 'postgres', connectMs = 2_000 } = options;
  const { socketDir: host, port } = node;
  const config = { host, port, user: AGENT_ROLE, database, connectionTimeoutMillis: connectMs };
  return new Connection(config, options).connect();
}

/** A session with another node of the instance, by certificate. */
export async function connectPeer(node: NodeContext, source: Source, options: ConnectOptions = {}) {
  const [ca, cert, key] = await Promise.all([
    readFile(node.pki.caFile, 'utf8'),
    readFile(node.pki.certFile, 'utf8'),
    readFile(node.pki.keyFile, 'utf8'),
  ]);
  const ssl: ClientConfig['ssl'] = {
    ...{ ca, cert, key, rejectUnauthorized: true },
    // Node's TLS checks against the name of the socket's host, which a ready-made socket does not have.
    checkServerIdentity: (_, peer) => checkServerIdentity(source.host, peer),
  };
  const { connectMs = 2_000 } = options;
  const to = { host: source.host, port: source.port, user: PEER_ROLE, database: 'postgres' };
  return new Connection({ ...to, ssl, connectionTimeoutMillis: connectMs }, options).connect();
}

/** Runs `work` in a session of its own, which ends with it. */
export async function using<T>(opening: Promise<Connection>, work: (session: Connection) => Promise<T>): Promise<T> {
  const session = await opening;
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}
