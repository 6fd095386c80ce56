import { z } from 'zod';

/** Names are DNS labels: they stand in subjects, file names and host names unchanged. */
const label = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
  message: 'must be 1-40 characters: lower-case letters, digits and hyphens, beginning with a letter',
});

export const instanceName = label;
export const instanceId = z.string().regex(/^pg-[a-z0-9]{8}$/);
/** A node is one PostgreSQL data directory of one instance on one host. */
export const nodeId = z.string().regex(/^pg-[a-z0-9]{8}-n[0-9]+$/);
export const hostId = label;
export const zoneName = label;
/** PostgreSQL prints an LSN as two hexadecimal halves. */
export const lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/);
/** PostgreSQL identifiers of accounts: quoted wherever they are used, and kept to what every client can type. */
export const accountName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

/** Stands in the name of a stream and in a subject. */
export const operationId = z.string().regex(/^op-[a-z0-9-]{1,60}$/);

export type InstanceId = z.infer<typeof instanceId>;
export type NodeId = z.infer<typeof nodeId>;
export type HostId = z.infer<typeof hostId>;
export type Lsn = z.infer<typeof lsn>;
