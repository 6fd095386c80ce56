import type { EndpointView, InstancePlan, InstanceSpec } from '@tandem/contracts';

/** Stands where the password belongs; the API never knows it again after the creation. */
export const PASSWORD_PLACEHOLDER = 'PASSWORD';

/**
 * A dead endpoint host is noticed within about 6 s: keepalives for idle connections, tcp_user_timeout for unanswered
 * writes, connect_timeout (s) for the next host of the list. Units are those of libpq.
 */
const libpqSettings = {
  connect_timeout: '3',
  keepalives_idle: '3',
  keepalives_interval: '1',
  keepalives_count: '3',
  tcp_user_timeout: '6000',
};
/** The JDBC driver's words for the same; seconds. */
const jdbcSettings = { connectTimeout: '3', tcpKeepAlive: 'true', cancelSignalTimeout: '3' };

const query = (settings: Record<string, string>): string => new URLSearchParams(settings).toString();

/** What to set in a driver that is not configured by one of the strings. */
export const driverHints = {
  libpq: Object.entries(libpqSettings).map(([name, value]) => `${name}=${value}`).join(' '), // prettier-ignore
  jdbc: query(jdbcSettings),
};

/** The strings of one endpoint. The pooled one tells JDBC to prepare nothing by name: PgBouncer before 1.21 cannot. */
export function endpointView(
  spec: Pick<InstanceSpec, 'account' | 'database'>,
  hosts: InstancePlan['endpointHosts'],
  endpoint: { port: number; pooled: boolean },
): EndpointView {
  const { account, database } = spec;
  const list = hosts.map(({ address }) => `${address}:${endpoint.port}`).join(',');
  const login = `${account}:${PASSWORD_PLACEHOLDER}`;
  const jdbc = { ...jdbcSettings, ...(endpoint.pooled ? { prepareThreshold: '0' } : {}) };
  return {
    port: endpoint.port,
    oneName: `postgresql://${login}@${hosts[0]?.address}:${endpoint.port}/${database}`,
    multiHost: `postgresql://${login}@${list}/${database}?${query(libpqSettings)}`,
    jdbc: `jdbc:postgresql://${list}/${database}?user=${account}&password=${PASSWORD_PLACEHOLDER}&${query(jdbc)}`,
  };
}
