import { readFileSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { makeScramVerifier } from '../src';
import type { TestNode } from './test-pair';

export const APP = { user: 'app', password: 'correct horse', database: 'shop' };
export const appAccount = { role: APP.user, database: APP.database, verifier: makeScramVerifier(APP.password) };

/** TLS as a holder of this host's platform certificate; without one only the server is checked. */
export function tlsOf(of: TestNode, { certificate }: { certificate: boolean }): ClientConfig['ssl'] {
  const { caFile, certFile, keyFile } = of.pki;
  const own = certificate ? { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') } : {};
  return { ca: readFileSync(caFile, 'utf8'), ...own, checkServerIdentity: () => undefined };
}

/** Logs in and out; gives undefined when that was possible, else PostgreSQL's SQLSTATE or the system's code. */
export async function refusal(config: ClientConfig & { replication?: string }): Promise<string | undefined> {
  const client = new Client({ connectionTimeoutMillis: 3_000, ...config });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** A session of the application through a platform certificate, as PgBouncer has it. */
export async function appSession(node: TestNode, config: ClientConfig = {}): Promise<Client> {
  const client = new Client({ ...node.at, ...APP, ssl: tlsOf(node, { certificate: true }), ...config });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
