import { z } from 'zod';
import type { EventDefinition } from './define-event';
import { defineRequest } from './define-request';
import {
  EndpointRepointed,
  NodeDiskFilled,
  NodeDiskGrown,
  NodeFenced,
  NodeRejoined,
  PrimaryTurnedGray,
} from './events';
import { accountName, hostId, instanceId, lsn, nodeId } from './ids';
import { sample } from './sample';
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
  /** Of a primary: how far it has written; what the secondary lacks is told from this. */
  insertLsn: lsn.nullable().default(null),
  /** R4 (c): how long until it may cut its stream for silence again; 0 = it may. */
  silenceCutInMs: z.number().default(0),
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
  /** The row that decided it. */
  row: z.string().optional(),
  /** How long the secondary stays cut, counted on its own monotonic clock from its reply. */
  expiresInMs: z.number(),
});
export type Consent = z.infer<typeof consent>;

const node = { instanceId: sample.instanceId, nodeId: sample.n1 };

/** Requests to the agent of one host, on `cmd.agent.<hostId>.<verb>`. */
export const agentRequests = {
  'assign-node': defineRequest({
    kind: 'command',
    summary: 'Run a node from now on; persisted before the answer.',
    request: nodeAssignment,
    reply: ack,
    refusals: [],
    example: {
      ...node,
      place: sample.places[sample.n1],
      members: sample.places,
      edition: 'ha',
      poolers: ['host-e1'],
      first: sample.n1,
    },
  }),
  'release-node': defineRequest({
    kind: 'command',
    summary: 'Stop the node and remove everything of it; also where there is none.',
    request: nodeRef,
    reply: ack,
    refusals: [],
    example: node,
  }),
  'assign-endpoint': defineRequest({
    kind: 'command',
    summary: 'Run the endpoint of an instance from now on; persisted before the answer.',
    request: endpointAssignment,
    reply: ack,
    refusals: [],
    example: { instanceId: sample.instanceId, address: '127.0.0.1', sessionPort: 7500, pooledPort: 7501 },
  }),
  'release-endpoint': defineRequest({
    kind: 'command',
    summary: 'Stop the endpoint and remove everything of it; also where there is none.',
    request: z.object({ instanceId }),
    reply: ack,
    refusals: [],
    example: { instanceId: sample.instanceId },
  }),
  report: defineRequest({
    kind: 'query',
    summary: "A node's own word about itself (R3, R9).",
    request: nodeRef,
    reply: nodeReport,
    refusals: ['node-unknown'],
    example: node,
  }),
  consent: defineRequest({
    kind: 'command',
    summary: 'Cut your stream and give yourself up for promotion (R4).',
    request: consentRequest,
    reply: consent,
    refusals: ['node-unknown', 'consent-refused'],
    example: { ...node, nodeId: sample.n2, epoch: 1, recordId: sample.record.id, kind: 'hand-over' },
  }),
  'prepare-switchover': defineRequest({
    kind: 'command',
    summary: 'CHECKPOINT twice, so that the stop that follows is short (R15).',
    request: nodeRef,
    reply: ack,
    refusals: ['node-unknown'],
    example: node,
  }),
  'begin-switchover': defineRequest({
    kind: 'command',
    summary: 'Drain, close the gate, CAS the hand-over of kind switchover, stop fast (R15).',
    request: nodeRef.extend({
      target: nodeId,
      operationId: z.string(),
      epoch: z.number().int(),
      deadlineMs: z.number(),
    }),
    reply: ack,
    refusals: ['node-unknown', 'switchover-not-open'],
    example: { ...node, target: sample.n2, operationId: sample.operationId, epoch: 1, deadlineMs: 1_500 },
  }),
  'pause-endpoint': defineRequest({
    kind: 'command',
    summary: 'PAUSE of the pooled process and KILL of the session process; ends by itself after the bound (R15).',
    request: z.object({ instanceId, boundMs: z.number() }),
    reply: ack,
    refusals: ['endpoint-unknown', 'switchover-not-drained'],
    example: { instanceId: sample.instanceId, boundMs: 3_000 },
  }),
  'resume-endpoint': defineRequest({
    kind: 'command',
    summary: 'End the pause (R15).',
    request: z.object({ instanceId }),
    reply: ack,
    refusals: ['endpoint-unknown'],
    example: { instanceId: sample.instanceId },
  }),
  'ensure-account': defineRequest({
    kind: 'command',
    summary: 'Make the account and its database; the verifier is made outside the server, so no log sees a password.',
    request: nodeRef.extend({ account: accountName, database: accountName, verifier: z.string() }),
    reply: ack,
    refusals: ['node-unknown', 'switchover-not-open'],
    example: { ...node, account: 'app', database: 'app', verifier: sample.verifier },
  }),
} as const;
export type AgentVerb = keyof typeof agentRequests;

/** The events that begin as a notice of an agent: told by it, appended by the orchestrator. */
export const noticedEvents = [
  EndpointRepointed,
  NodeRejoined,
  NodeFenced,
  PrimaryTurnedGray,
  NodeDiskFilled,
  NodeDiskGrown,
] as const;

export const noticeOf = <T extends string, D extends z.ZodType>({ type, data }: EventDefinition<T, D>) =>
  z.object({
    type: z.literal(type),
    id: z.string(),
    /** The failover that it belongs to. */
    correlationId: z.string().optional(),
    data,
  });

/** What an agent has to tell that must not be lost: kept in a JetStream stream until the orchestrator has logged it. */
export const agentNotice = z.discriminatedUnion('type', [
  noticeOf(EndpointRepointed),
  noticeOf(NodeRejoined),
  noticeOf(NodeFenced),
  noticeOf(PrimaryTurnedGray),
  noticeOf(NodeDiskFilled),
  noticeOf(NodeDiskGrown),
]);
export type AgentNotice = z.infer<typeof agentNotice>;
