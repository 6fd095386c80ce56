import { connectAgent, using, type Connection } from './connection';
import type { NodeContext } from './node-options';
import { quoteIdentifier, quoteLiteral } from './quoting';
import { PEER_ROLE, POOLER_ROLE, replicationRole } from './roles';

/** What pg_rewind reads through (its documentation names these four), in database postgres. */
const REWIND_FUNCTIONS = [
  'pg_ls_dir(text, boolean, boolean)',
  'pg_stat_file(text, boolean)',
  'pg_read_binary_file(text)',
  'pg_read_binary_file(text, bigint, bigint, boolean)',
];

/** What PgBouncer asks, as POOLER_ROLE, for the verifier of a client that logs in. */
export const VERIFIER_QUERY = 'SELECT name, verifier FROM tandem.verifier_of($1)';

/**
 * The function behind it: needed in every database. It honours VALID UNTIL (CVE-2025-2291), its search path is pinned,
 * and it tells nothing about a superuser or a role of the platform.
 */
const LOOKUP = `
  CREATE SCHEMA IF NOT EXISTS tandem;
  GRANT USAGE ON SCHEMA tandem TO ${POOLER_ROLE};
  CREATE OR REPLACE FUNCTION tandem.verifier_of(account text) RETURNS TABLE (name text, verifier text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
      SELECT rolname::text, rolpassword FROM pg_authid
      WHERE rolname = account AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
        AND rolname NOT LIKE 'tandem\\_%' AND rolpassword IS NOT NULL
        AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
    $$;
  REVOKE ALL ON FUNCTION tandem.verifier_of(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION tandem.verifier_of(text) TO ${POOLER_ROLE};`;

async function ensureRole(session: Connection, role: string, attributes: string): Promise<void> {
  await session.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN
      CREATE ROLE ${quoteIdentifier(role)} LOGIN ${attributes};
    END IF; END $$`);
}

/** Platform statements do not wait for the secondary: they are repeated whenever a node becomes primary. */
const withoutWaiting = (session: Connection) => session.query('SET synchronous_commit = local');

async function ensureLookup(node: NodeContext, database: string): Promise<void> {
  await using(connectAgent(node, { database }), async (session) => {
    await withoutWaiting(session);
    const exists = `SELECT 1 FROM pg_proc WHERE proname = 'verifier_of' AND pronamespace = to_regnamespace('tandem')`;
    if ((await session.query(exists)).length === 0) await session.query(LOOKUP);
  });
}

/** Roles, grants and the look-up function that the platform needs on a primary, for all nodes of the instance. */
export async function ensurePlatformSchema(node: NodeContext, nodeIds: string[]): Promise<void> {
  const databases = await using(connectAgent(node), async (session) => {
    await withoutWaiting(session);
    for (const nodeId of nodeIds) await ensureRole(session, replicationRole(nodeId), 'REPLICATION');
    await ensureRole(session, PEER_ROLE, 'IN ROLE pg_checkpoint');
    await ensureRole(session, POOLER_ROLE, '');
    for (const name of REWIND_FUNCTIONS) {
      await session.query(`GRANT EXECUTE ON FUNCTION pg_catalog.${name} TO ${PEER_ROLE}`);
    }
    await session.query('REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC');
    // PgBouncer asks in the database that the client names: without the right to, its client would wait for a minute.
    await session.query(`GRANT CONNECT ON DATABASE postgres TO ${PEER_ROLE}, ${POOLER_ROLE}`);
    return session.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datallowconn');
  });
  for (const { name } of databases) await ensureLookup(node, name);
}
