import { connectAgent, using } from './connection';
import type { NodeContext } from './node-options';
import { LOCAL_PROBE_COMMIT } from './probe-commit';

/** What a probe of one database came to; `blind`: nothing can be said now. */
export interface ProbeResult {
  database: string;
  outcome: 'committed' | 'failed' | 'blind';
  reason: string;
}

/** A connection and a commit take some ms; a disk that needs longer than this has no answer for clients either. */
const PROBE_MS = 1_000;
const AT_ONCE = 4;

/**
 * SQLSTATEs that say nothing about the disk's health: no session left (53300), a start or a shutdown (57P01, 57P03), no
 * rights (28), and a full disk (53100), which is no reason to hand over.
 */
const BLIND = /^(53300|53100|57P0[13]|28)/;

const DATABASES = `SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY oid`;

/** The driver's own words: the errors of the platform wrap them. */
function causeOf(error: unknown): { code?: string; message: string } {
  const { cause } = error as Error;
  return (cause ?? error) as { code?: string; message: string };
}

async function attempt(database: string, work: () => Promise<unknown>): Promise<ProbeResult> {
  try {
    await work();
    return { database, outcome: 'committed', reason: '' };
  } catch (error) {
    const { code, message } = causeOf(error);
    const outcome = code !== undefined && BLIND.test(code) ? 'blind' : 'failed';
    return { database, outcome, reason: code === undefined ? message : `${code} ${message}` };
  }
}

/**
 * R7: a commit in every database, by reserved connections of its own, each with a bound of 1 s. It shows what a
 * connection alone and the stream do not: a lost file, an I/O error, an fsync that hangs. Never throws.
 */
export async function probeDatabases(node: NodeContext): Promise<ProbeResult[]> {
  const bounds = { connectMs: PROBE_MS, statementMs: PROBE_MS };
  let names: string[] = [];
  const listed = await attempt('postgres', () =>
    using(connectAgent(node, bounds), async (session) => {
      names = (await session.query<{ name: string }>(DATABASES, [], PROBE_MS)).map(({ name }) => name);
    }),
  );
  if (listed.outcome !== 'committed') return [listed];
  const commit = (database: string) => () =>
    using(connectAgent(node, { ...bounds, database }), (session) => session.query(LOCAL_PROBE_COMMIT, [], PROBE_MS));
  const results: ProbeResult[] = [];
  // Some at a time: reserved connections are ten, and a disk that hangs must not make the round longer than its bound.
  for (let from = 0; from < names.length; from += AT_ONCE)
    results.push(...(await Promise.all(names.slice(from, from + AT_ONCE).map((name) => attempt(name, commit(name))))));
  return results;
}
