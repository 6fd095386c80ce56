import type { NodeContext } from './node-options';
import { quoteSetting } from './quoting';

/** failover-safety.md, "Timings": milliseconds that the rules depend on; a test computes their inequalities. */
export const REPLICATION_TIMINGS = {
  walReceiverTimeoutMs: 1_500,
  walReceiverStatusIntervalMs: 1_000,
  walRetrieveRetryIntervalMs: 500,
  walSenderTimeoutMs: 3_500,
  maxStandbyStreamingDelayMs: 500,
} as const;

function fixedSettings(node: NodeContext): Record<string, string> {
  const ms = (value: number) => `${value}ms`;
  return {
    data_directory: node.paths.data,
    hba_file: node.paths.hba,
    ident_file: node.paths.ident,
    cluster_name: node.nodeId,
    listen_addresses: node.address,
    port: String(node.port),
    // Commas separate directories and double quotes protect them, as in every list of PostgreSQL.
    unix_socket_directories: `"${node.socketDir}"`,
    unix_socket_permissions: '0700',
    ssl: 'on',
    ssl_ca_file: node.pki.caFile,
    ssl_cert_file: node.pki.certFile,
    ssl_key_file: node.pki.keyFile,
    ssl_min_protocol_version: 'TLSv1.2',
    password_encryption: 'scram-sha-256',
    tcp_keepalives_idle: '1',
    tcp_keepalives_interval: '1',
    tcp_keepalives_count: '3',
    wal_level: 'replica',
    max_wal_senders: '10',
    max_replication_slots: '10',
    wal_keep_size: '64MB',
    // Bounded: a standby that stays away must not fill the primary's disk; it is re-cloned instead.
    max_slot_wal_keep_size: '1GB',
    wal_sender_timeout: ms(REPLICATION_TIMINGS.walSenderTimeoutMs),
    wal_receiver_timeout: ms(REPLICATION_TIMINGS.walReceiverTimeoutMs),
    wal_receiver_status_interval: ms(REPLICATION_TIMINGS.walReceiverStatusIntervalMs),
    wal_retrieve_retry_interval: ms(REPLICATION_TIMINGS.walRetrieveRetryIntervalMs),
    hot_standby: 'on',
    hot_standby_feedback: 'off',
    max_standby_streaming_delay: ms(REPLICATION_TIMINGS.maxStandbyStreamingDelayMs),
    recovery_target_timeline: 'latest',
    // R8: on, PostgreSQL would recover from a crash and admit clients past the gate.
    restart_after_crash: 'off',
    synchronous_commit: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    wal_log_hints: 'on',
    // The agent has to get in when clients have taken every other connection.
    superuser_reserved_connections: '10',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_min_messages: 'warning',
    // An account's verifier must not get into the log of a failed statement.
    log_parameter_max_length_on_error: '0',
    log_min_error_statement: 'panic',
  };
}

/** What an operator may change by a parameter of the instance; small, so that an idle instance costs little. */
const DEFAULT_PARAMETERS: Record<string, string> = {
  max_connections: '200',
  shared_buffers: '64MB',
  huge_pages: 'off',
  max_wal_size: '512MB',
  checkpoint_completion_target: '0.5',
  max_parallel_workers: '2',
  autovacuum_max_workers: '2',
  jit: 'off',
};

const lines = (settings: Record<string, string>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${quoteSetting(value)}\n`)
    .join('');

/** parameters.conf: what the instance asks for, before the fixed settings, which therefore win. */
export const renderParameters = (extra: Record<string, string>) => lines({ ...DEFAULT_PARAMETERS, ...extra });

/** postgresql.conf: the fixed settings of this node, and the files that change by themselves. */
export const renderMainConf = (node: NodeContext): string =>
  "include 'parameters.conf'\n" +
  lines(fixedSettings(node)) +
  ['names', 'replication', 'generation'].map((name) => `include '${name}.conf'\n`).join('');
