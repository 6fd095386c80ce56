import { Permanent } from '@tandem/platform';
import { connectAgent, using, type Connection } from './connection';
import type { NodeContext } from './node-options';
import { quoteIdentifier, quoteLiteral } from './quoting';
import { isScramVerifier } from './scram-verifier';

export interface Account {
  role: string;
  /** SCRAM verifier; a password never gets here. */
  verifier: string;
  /** Database of the same life, owned by the role. */
  database: string;
}

function refuseUnfit({ role, verifier, database }: Account): void {
  const reserved = [role, database].some((name) => /^(tandem_|pg_)/.test(name));
  // `postgres` as a role: the user that PgBouncer runs as is its administrator's name.
  if (reserved || role === 'postgres' || ['postgres', 'template0', 'template1'].includes(database)) {
    throw new Permanent('account-name-reserved', `${role} and ${database} must not be names of the platform`);
  }
  if (!isScramVerifier(verifier)) throw new Permanent('account-verifier', 'not a SCRAM-SHA-256 verifier');
}

async function ensureRole(session: Connection, { role, verifier }: Account, boundMs: number): Promise<void> {
  const known = await session.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = known.length === 0 ? 'CREATE' : 'ALTER';
  const attributes = 'LOGIN NOSUPERUSER NOREPLICATION NOCREATEROLE NOCREATEDB NOBYPASSRLS';
  const text = `${verb} ROLE ${quoteIdentifier(role)} ${attributes} PASSWORD ${quoteLiteral(verifier)}`;
  await session.query(text, [], boundMs);
}

/**
 * An application's role and its database, made or brought up to date. These commits wait for the secondary as a
 * client's do; the bound (ms) is ours alone and never cancels a waiting commit, so it ends in UnknownOutcome.
 */
export async function ensureAccount(node: NodeContext, account: Account, boundMs: number): Promise<void> {
  refuseUnfit(account);
  await using(connectAgent(node, { statementMs: 0 }), async (session) => {
    await ensureRole(session, account, boundMs);
    const known = await session.query('SELECT 1 FROM pg_database WHERE datname = $1', [account.database]);
    if (known.length > 0) return;
    const text = `CREATE DATABASE ${quoteIdentifier(account.database)} OWNER ${quoteIdentifier(account.role)}`;
    await session.query(text, [], boundMs);
  });
}
