import type { NodeContext, Source } from './node-options';
import { quoteConninfo } from './quoting';

/**
 * A libpq connection string to another node, proven by certificates both ways. The TCP options notice a dead link
 * after about 1.5 s (components.md, "Detecting a dead primary from the secondary").
 */
export function conninfo(node: NodeContext, to: Source & { role: string; applicationName: string }): string {
  const parameters: Record<string, string> = {
    host: to.host,
    port: String(to.port),
    user: to.role,
    application_name: to.applicationName,
    sslmode: 'verify-full',
    sslrootcert: node.pki.caFile,
    sslcert: node.pki.certFile,
    sslkey: node.pki.keyFile,
    connect_timeout: '2',
    keepalives_idle: '1',
    keepalives_interval: '1',
    keepalives_count: '2',
    tcp_user_timeout: '1500',
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${quoteConninfo(value)}`)
    .join(' ');
}
