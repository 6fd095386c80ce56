import { join } from 'node:path';
import { currentUser } from '@tandem/host';
import { POOLER_ROLE, VERIFIER_QUERY } from '@tandem/postgres';
import type { PoolerOptions, PoolerTarget, PoolKind } from './pooler-options';

/** Server connections of one process: both together stay below the 190 that max_connections leaves to clients. */
const POOL_SIZE: Record<PoolKind, number> = { session: 120, pooled: 50 };

/** A value in a connection string of PgBouncer: single quotes, doubled inside. */
const quote = (value: string) => `'${value.replace(/'/g, "''")}'`;

/**
 * Where the clients' connections go. Without a primary: a socket that never exists, so a connection fails at once and
 * is tried again while clients wait; a refusal by a closed gate would be handed to those who are logging in.
 */
function destination(directory: string, target: PoolerTarget | null): string {
  const { host, port } = target ?? { host: join(directory, 'no-primary'), port: 1 };
  // auth_user stands here and not among the settings: the console must not ask a server who its administrators are.
  return `host=${quote(host)} port=${port} auth_user=${POOLER_ROLE}`;
}

/** pgbouncer.ini of one process. Settings and their reasons: components.md, "Endpoint: PgBouncer 1.18". */
export function renderIni(
  options: PoolerOptions,
  { kind, directory, target }: { kind: PoolKind; directory: string; target: PoolerTarget | null },
): string {
  const { listenAddress, sessionPort, pooledPort, pki } = options;
  const settings: Record<string, string | number> = {
    listen_addr: listenAddress,
    listen_port: kind === 'session' ? sessionPort : pooledPort,
    unix_socket_dir: directory,
    unix_socket_mode: '0700',
    pool_mode: kind === 'session' ? 'session' : 'transaction',
    auth_type: 'hba',
    auth_hba_file: join(directory, 'hba.conf'),
    auth_file: join(directory, 'users.txt'),
    auth_query: VERIFIER_QUERY,
    admin_users: currentUser().name,
    client_tls_sslmode: 'prefer',
    client_tls_ca_file: pki.caFile,
    client_tls_cert_file: pki.certFile,
    client_tls_key_file: pki.keyFile,
    server_tls_sslmode: 'verify-ca',
    server_tls_ca_file: pki.caFile,
    server_tls_cert_file: pki.certFile,
    server_tls_key_file: pki.keyFile,
    max_client_conn: 1_000,
    default_pool_size: POOL_SIZE[kind],
    max_db_connections: POOL_SIZE[kind],
    // How long clients wait at most for the new primary after a repoint; a failed try costs some 100 us.
    server_login_retry: 0.05,
    // Every connection is tried before use: else clients of a hung host never recover.
    server_check_delay: 0,
    server_connect_timeout: 2,
    query_wait_timeout: 60,
    tcp_keepalive: 1,
    tcp_keepidle: 1,
    tcp_keepintvl: 1,
    tcp_keepcnt: 3,
    tcp_user_timeout: 5_000,
    ignore_startup_parameters: 'extra_float_digits,options',
    log_connections: 0,
    log_disconnections: 0,
    log_stats: 0,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  return `[databases]\n* = ${destination(directory, target)}\n\n[pgbouncer]\n${lines.join('')}`;
}

/**
 * Who may log in to PgBouncer: the agent's own user to the console through the unix socket, applications over TCP with
 * their password. Platform roles are refused: PgBouncer itself holds the certificate that would let them in.
 */
export function renderHba(): string {
  const platform = `tandem_agent,tandem_peer,${POOLER_ROLE},${currentUser().name}`;
  return [
    `local pgbouncer ${currentUser().name} peer`,
    'local all all reject',
    ...['0.0.0.0/0', '::/0'].flatMap((everywhere) => [
      `host pgbouncer all ${everywhere} reject`,
      `host all ${platform} ${everywhere} reject`,
      `host all all ${everywhere} scram-sha-256`,
    ]),
    '',
  ].join('\n');
}

/** Users that PgBouncer has to know without asking; neither has a password, both come in without one. */
export const renderUsers = (): string => `"${currentUser().name}" ""\n"${POOLER_ROLE}" ""\n`;
