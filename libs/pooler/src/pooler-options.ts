/** `session`: a server connection per client session. `pooled`: one per transaction. */
export type PoolKind = 'session' | 'pooled';

/** The raw port of the node that is the open primary. */
export interface PoolerTarget {
  host: string;
  port: number;
}

export interface PoolerOptions {
  /** Everything of the endpoint lies below it: hosts/<host>/endpoints/<instanceId>. */
  dir: string;
  listenAddress: string;
  sessionPort: number;
  pooledPort: number;
  /** Certificate of this host: what the raw ports demand, and what clients are shown. */
  pki: { caFile: string; certFile: string; keyFile: string };
  /** Program; default /usr/sbin/pgbouncer. */
  command?: string;
  /** The user that it runs as when this process is root (PgBouncer refuses root); default postgres. */
  osUser?: string;
}
