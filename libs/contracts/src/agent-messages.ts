import { z } from 'zod';
import { accountName, hostId, instanceId, lsn, nodeId } from './ids';
import { branch, nodePlace } from './topology-record';

/** What a node-agent is told about a node that it is to run; persisted by the agent, refused for another host. */
export const nodeAssignment = z.object({
  instanceId,
  nodeId,
  place: nodePlace,
  /** All nodes of the instance, this one among them. */
  members: z.record(nodeId, nodePlace),
  edition: z.enum(['basic', 'ha']),
  parameters: z.record(z.string(), z.string()).default({}),
  /** Hosts whose PgBouncer may look verifiers up; nobody else's certificate admits it. */
  poolers: z.array(hostId),
  /** Who makes the first data directory; the other node clones. */
  first: nodeId,
});
export type NodeAssignment = z.infer<typeof nodeAssignment>;

export const endpointAssignment = z.object({
  instanceId,
  address: z.string(),
  sessionPort: z.number().int(),
  pooledPort: z.number().int(),
});
export type EndpointAssignment = z.infer<typeof endpointAssignment>;

const ack = z.object({ done: z.literal(true) });
const nodeRef = z.object({ instanceId, nodeId });

/** A node's own word about itself, asked for by its peer's agent (R3, R9), by the orchestrator and by the gateway. */
export const nodeReport = z.object({
  nodeId,
  persistedEpoch: z.number().int(),
  /** Set when this agent's own CAS has confirmed `open` in this epoch and since this start of the postmaster (R1). */
  confirmedEpoch: z.number().int().nullable(),
  incarnation: z.string().nullable(),
  hasData: z.boolean(),
  postgres: z.enum(['stopped', 'starting', 'running']),
  role: z.enum(['primary', 'standby', 'none']),
  gate: z.enum(['open', 'closed']),
  names: z.enum(['set', 'clear']),
  streaming: z.boolean(),
  receivedLsn: lsn.nullable(),
  timeline: z.number().int().nullable(),
  shutdownLsn: lsn.nullable(),
  /** The branches that this data directory went through, oldest first (R9). */
  lineage: z.array(branch),
  row: z.string(),
});
export type NodeReport = z.infer<typeof nodeReport>;

export const consentRequest = nodeRef.extend({
  epoch: z.number().int(),
  recordId: z.string(),
  kind: z.enum(['silence', 'hand-over', 'switchover']),
  /** R15: for a switchover the consent is given only past the LSN of the old primary's shutdown checkpoint. */
  pastLsn: lsn.optional(),
});
export type ConsentRequest = z.infer<typeof consentRequest>;
export const consent = z.object({
  nodeId,
  epoch: z.number().int(),
  incarnation: z.string(),
  finalLsn: lsn,
  /** How long the secondary stays cut, counted on its own monotonic clock from its reply. */
  expiresInMs: z.number(),
});
export type Consent = z.infer<typeof consent>;

/** Requests to the agent of one host, on `cmd.agent.<hostId>.<verb>`. */
export const agentRequests = {
  'assign-node': { request: nodeAssignment, reply: ack },
  'release-node': { request: nodeRef, reply: ack },
  'assign-endpoint': { request: endpointAssignment, reply: ack },
  'release-endpoint': { request: z.object({ instanceId }), reply: ack },
  report: { request: nodeRef, reply: nodeReport },
  consent: { request: consentRequest, reply: consent },
  /** R15: CHECKPOINT twice, so that the stop that follows is short. */
  'prepare-switchover': { request: nodeRef, reply: ack },
  /** R15: drain, close the gate, CAS the hand-over of kind switchover, stop fast; the reply follows the CAS. */
  'begin-switchover': {
    request: nodeRef.extend({
      target: nodeId,
      operationId: z.string(),
      epoch: z.number().int(),
      deadlineMs: z.number(),
    }),
    reply: ack,
  },
  /** PAUSE of the pooled process and KILL of the session process; ends by itself after the bound (R15). */
  'pause-endpoint': { request: z.object({ instanceId, boundMs: z.number() }), reply: ack },
  'resume-endpoint': { request: z.object({ instanceId }), reply: ack },
  /** The verifier is made outside the server, so that no log of PostgreSQL sees a password. */
  'ensure-account': {
    request: nodeRef.extend({ account: accountName, database: accountName, verifier: z.string() }),
    reply: ack,
  },
} as const;
export type AgentVerb = keyof typeof agentRequests;

const aboutNode = z.object({ instanceId, nodeId, epoch: z.number().int(), at: z.string() });
/** R7: in which database the probe commit fails, and PostgreSQL's own words about it. */
export const grayPrimary = aboutNode.extend({ database: z.string(), reason: z.string() });
export const diskSpace = aboutNode.extend({ freeBytes: z.number() });

/** What an agent has to tell that must not be lost: kept in a JetStream stream until the orchestrator has logged it. */
export const agentNotice = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('EndpointRepointed'),
    id: z.string(),
    data: z.object({ instanceId, hostId, epoch: z.number().int(), primary: nodeId, at: z.string(), row: z.string() }),
  }),
  z.object({
    type: z.literal('NodeRejoined'),
    id: z.string(),
    data: z.object({
      instanceId,
      nodeId,
      epoch: z.number().int(),
      how: z.enum(['clone', 'clean-start', 'rewind', 'reclone']),
      discardedBytes: z.number(),
      at: z.string(),
      row: z.string(),
    }),
  }),
  z.object({ type: z.literal('PrimaryTurnedGray'), id: z.string(), data: grayPrimary }),
  z.object({ type: z.literal('NodeDiskFilled'), id: z.string(), data: diskSpace }),
  z.object({ type: z.literal('NodeDiskGrown'), id: z.string(), data: diskSpace }),
  z.object({
    type: z.literal('NodeFenced'),
    id: z.string(),
    data: z.object({
      instanceId,
      nodeId,
      epoch: z.number().int(),
      by: z.enum(['agent', 'guard']),
      at: z.string(),
      row: z.string(),
    }),
  }),
]);
export type AgentNotice = z.infer<typeof agentNotice>;
