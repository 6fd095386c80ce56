import { z } from 'zod';
import { instanceTags } from './change-events';
import { defineRequest } from './define-request';
import { accountName, hostId, instanceId, instanceName, nodeId, operationId, zoneName } from './ids';
import { sample } from './sample';
import { whatIfReport } from './what-if';

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
  operationId,
  name: instanceName,
  edition: z.enum(['basic', 'ha']),
  zones: z.enum(['single-zone', 'multi-zone']),
  account: accountName,
  database: accountName,
  /** SCRAM-SHA-256 verifier of the account; stored encrypted, never in an event. */
  verifier: z.string(),
});
export type CreateInstance = z.infer<typeof createInstance>;

/** `revision` is the one that the wish is based on; without it any will do. */
export const deleteInstance = z.object({
  operationId,
  instanceId,
  revision: z.number().int().optional(),
});
export type DeleteInstance = z.infer<typeof deleteInstance>;

/** What is absent stays as it is. `revision` as for a deletion. */
export const changeInstance = z.object({
  operationId,
  instanceId,
  name: instanceName.optional(),
  tags: instanceTags.optional(),
  deletionProtection: z.boolean().optional(),
  revision: z.number().int().optional(),
});
export type ChangeInstance = z.infer<typeof changeInstance>;
const ids = { instanceId: sample.instanceId, operationId: sample.operationId };

/** Requests to the services of the control plane, on `cmd.<service>.<verb>`. */
export const controlRequests = {
  'instance-manager': {
    'create-instance': defineRequest({
      kind: 'command',
      summary: 'Reserve a name, hosts and ports, and begin the creation.',
      request: createInstance,
      reply: z.object({ instanceId, operationId: z.string() }),
      refusals: ['name-taken', 'too-few-hosts', 'ports-exhausted'],
      example: { operationId: sample.operationId, ...sample.spec, verifier: sample.verifier },
    }),
    'delete-instance': defineRequest({
      kind: 'command',
      summary: 'Begin the deletion.',
      request: deleteInstance,
      reply: z.object({ operationId: z.string() }),
      refusals: ['instance-unknown', 'operation-in-progress', 'deletion-protected', 'revision-stale'],
      example: ids,
    }),
    'change-instance': defineRequest({
      kind: 'command',
      summary: 'Change name, tags or deletion protection; done when it is answered.',
      request: changeInstance,
      reply: z.object({ operationId: z.string() }),
      refusals: ['instance-unknown', 'operation-in-progress', 'instance-failed', 'name-taken', 'revision-stale'],
      example: { ...ids, tags: { team: 'shop' }, deletionProtection: true },
    }),
  },
  'failover-orchestrator': {
    switchover: defineRequest({
      kind: 'command',
      summary: 'Begin a planned switchover (R15).',
      request: z.object({ operationId, instanceId, target: nodeId.optional() }),
      reply: z.object({ operationId: z.string() }),
      refusals: [
        'instance-unknown',
        'wrong-edition',
        'operation-in-progress',
        'switchover-not-open',
        'switchover-degraded',
        'switchover-target',
      ],
      example: { ...ids, target: sample.n2 },
    }),
    'what-if': defineRequest({
      kind: 'query',
      summary: 'What would become of an instance if a host, zone, process, link or service were lost now.',
      request: z.object({ instanceId }),
      reply: whatIfReport,
      refusals: ['instance-unknown'],
      example: { instanceId: sample.instanceId },
    }),
  },
} as const;

/** Drills act on simulated hosts only; the launcher of the embedded platform answers them, on `cmd.drill.<verb>`. */
export const drillVerbs = ['kill-host', 'start-host', 'freeze-host', 'thaw-host', 'kill-postmaster'] as const;
export type DrillVerb = (typeof drillVerbs)[number];

/** What a drill acts on: each verb says which of these it needs. */
export const drillTarget = z.object({
  hostId: hostId.optional(),
  instanceId: instanceId.optional(),
  nodeId: nodeId.optional(),
  service: z.string().optional(),
});
export type DrillTarget = z.infer<typeof drillTarget>;

export const drillRequest = defineRequest({
  kind: 'command',
  summary: 'Make a fault, or end it, on a simulated host.',
  request: drillTarget,
  reply: z.object({}),
  refusals: ['drill-refused', 'host-unknown', 'invalid-request'],
  example: { hostId: 'host-a1' },
});
