import { z } from 'zod';
import { accountName, hostId, instanceId, instanceName, nodeId, zoneName } from './ids';

/** Written by each agent into its host session; the lease itself is judged by observed silence, never by a time in it. */
export const hostSession = z.object({
  hostId,
  zone: zoneName,
  roles: z.array(z.enum(['database', 'endpoint'])),
  address: z.string(),
  bootId: z.string(),
  agentPid: z.number().int(),
  beat: z.number().int(),
});
export type HostSession = z.infer<typeof hostSession>;

/** A fact about a host, from the health-monitor; yes, no or unknown, and worthless after its expiry (R14). */
export const hostFact = z.object({
  hostId,
  /** yes = the session has been silent for the suspect time while the store answered and the observer ran. */
  silent: z.enum(['yes', 'no', 'unknown']),
  silentMs: z.number(),
  session: hostSession.nullable(),
  observer: z.string(),
  /** The fact expires this long after it was received, on the receiver's monotonic clock. */
  expiresInMs: z.number(),
});
export type HostFact = z.infer<typeof hostFact>;

export const createInstance = z.object({
  operationId: z.string(),
  name: instanceName,
  edition: z.enum(['basic', 'ha']),
  zones: z.enum(['single-zone', 'multi-zone']),
  account: accountName,
  database: accountName,
  /** SCRAM-SHA-256 verifier of the account; stored encrypted, never in an event. */
  verifier: z.string(),
});
export type CreateInstance = z.infer<typeof createInstance>;

/** Requests to the services of the control plane, on `cmd.<service>.<verb>`. */
export const controlRequests = {
  'instance-manager': {
    'create-instance': { request: createInstance, reply: z.object({ instanceId, operationId: z.string() }) },
    'delete-instance': {
      request: z.object({ operationId: z.string(), instanceId }),
      reply: z.object({ operationId: z.string() }),
    },
  },
  'failover-orchestrator': {
    switchover: {
      request: z.object({ operationId: z.string(), instanceId, target: nodeId.optional() }),
      reply: z.object({ operationId: z.string() }),
    },
  },
} as const;

/** Drills act on simulated hosts only; the launcher of the embedded platform answers them. */
export const drillVerbs = ['kill-host', 'start-host', 'freeze-host', 'thaw-host', 'kill-postmaster'] as const;
export type DrillVerb = (typeof drillVerbs)[number];
