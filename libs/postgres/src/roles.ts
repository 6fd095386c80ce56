import type { PostgresRole } from './node-options';

/** The only superuser; logs in through the unix socket as the agent's own user, never over TCP. */
export const AGENT_ROLE: PostgresRole = 'tandem_agent';
/** What peers use for pg_rewind, history files and the direct probe: certificate only, database postgres only. */
export const PEER_ROLE: PostgresRole = 'tandem_peer';
/** What PgBouncer uses for auth_query: certificate only. */
export const POOLER_ROLE: PostgresRole = 'tandem_pooler';

/** R3: the role of one node's WAL receiver; pg_hba admits it for the certificate of that node's host alone. */
export const replicationRole = (nodeId: string): PostgresRole => `tandem_repl_${nodeId.replace(/[^a-z0-9]/g, '_')}`;
