export type { PgBouncer } from './pgbouncer';
export { PoolerEndpoint } from './pooler-endpoint';
export type { PoolerOptions, PoolerTarget, PoolKind } from './pooler-options';
