import { z } from 'zod';
import { drillVerbs } from './control-messages';
import { accountName, hostId, instanceName, nodeId } from './ids';

/** Names that belong to PostgreSQL, PgBouncer or the platform; an application may not have them. */
const reservedNames = new Set(['postgres', 'pgbouncer', 'public', 'none', 'template0', 'template1', 'replication']);
const applicationName = accountName.refine(
  (name) => !reservedNames.has(name) && !name.startsWith('pg_') && !name.startsWith('tandem'),
  { message: 'is reserved for PostgreSQL or the platform' },
);

/** Body of POST /v1/instances. */
export const createInstanceBody = z.strictObject({
  name: instanceName,
  edition: z.enum(['basic', 'ha']).default('ha'),
  zones: z.enum(['single-zone', 'multi-zone']).default('multi-zone'),
  account: applicationName.default('app'),
  database: applicationName.default('app'),
  /** Printable ASCII, which SASLprep leaves as it is, so that every driver computes the same SCRAM proof. */
  password: z
    .string()
    .regex(/^[\x21-\x7e]{12,128}$/, { message: 'must be 12-128 printable ASCII characters without spaces' })
    .optional(),
});

/** Body of POST /v1/instances/{idOrName}/switchover. */
export const switchoverBody = z.strictObject({ target: nodeId.optional() });

/** Body of POST /v1/drills; `instance` is an id or a name. */
export const drillBody = z.strictObject({
  action: z.enum(drillVerbs),
  hostId: hostId.optional(),
  instance: z.string().min(1).max(64).optional(),
});

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  /** What to do about it. */
  next: string;
  /** The path of the request. */
  instance: string;
  traceId: string;
  retriable: boolean;
  errors?: { field: string; message: string }[];
  [param: string]: unknown;
}

export type InstanceStatus =
  'creating' | 'available' | 'degraded' | 'failing-over' | 'unavailable' | 'deleting' | 'failed';

export interface NodeView {
  nodeId: string;
  hostId: string | null;
  zone: string | null;
}

/** Connection strings hold the word PASSWORD in place of the password. */
export interface EndpointView {
  port: number;
  /** One name, which every driver takes. */
  oneName: string;
  /** All endpoint hosts, for libpq, with its keepalive and timeout settings. */
  multiHost: string;
  /** The same for the JDBC driver. */
  jdbc: string;
}

export interface InstanceView {
  id: string;
  name: string;
  edition: 'basic' | 'ha';
  zones: 'single-zone' | 'multi-zone';
  status: InstanceStatus;
  mode: 'semi-sync' | null;
  primary: NodeView | null;
  /** Hidden: no client can reach it. */
  secondary: (NodeView & { hidden: true }) | null;
  epoch: number | null;
  syncSet: string[];
  /** `stale` while the store of topology records does not answer. */
  topology: 'live' | 'stale';
  account: string;
  database: string;
  endpoints: { session: EndpointView; pooled: EndpointView };
  hints: { libpq: string; jdbc: string };
  createdAt: string | null;
  requestedAt: string;
  problem?: { code: string; detail: string };
}

export interface InstanceAccepted {
  operation: { id: string };
  instance: { id: string; name: string; status: InstanceStatus };
  credentials: { account: string; password: string; database: string };
}

export interface OperationView {
  id: string;
  kind: 'create-instance' | 'delete-instance' | 'switchover';
  instanceId: string;
  status: 'running' | 'succeeded' | 'failed';
  startedAt: string;
  finishedAt: string | null;
  result?: Record<string, unknown>;
  problem?: { code: string; detail: string };
}

export interface HostView {
  id: string;
  zone: string;
  roles: ('database' | 'endpoint')[];
  address: string;
  state: 'live' | 'silent' | 'unknown';
  nodes: { nodeId: string; instance: string; role: 'primary' | 'secondary' }[];
  endpoints: string[];
}

export interface EventView {
  position: number;
  id: string;
  at: string;
  type: string;
  schemaVersion: number;
  stream: string;
  version: number;
  data: Record<string, unknown>;
  meta: Record<string, unknown>;
}

export interface EventPage {
  events: EventView[];
  /** The position to pass as `after` for the next page. */
  next: number;
}
