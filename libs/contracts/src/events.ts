import { z } from 'zod';
import { diskSpace, grayPrimary } from './agent-messages';
import { defineEvent, EventDefinition } from './define-event';
import { accountName, hostId, instanceId, instanceName, nodeId } from './ids';
import { nodePlace, topologyRecord } from './topology-record';

const operationId = z.string();
const problem = z.object({ code: z.string(), detail: z.string() });

export const instanceSpec = z.object({
  name: instanceName,
  edition: z.enum(['basic', 'ha']),
  zones: z.enum(['single-zone', 'multi-zone']),
  account: accountName,
  database: accountName,
});
export type InstanceSpec = z.infer<typeof instanceSpec>;

export const instancePlan = z.object({
  primary: nodeId,
  nodes: z.record(nodeId, nodePlace.extend({ zone: z.string() })),
  endpointHosts: z.array(z.object({ hostId, address: z.string() })),
  sessionPort: z.number().int(),
  pooledPort: z.number().int(),
});
export type InstancePlan = z.infer<typeof instancePlan>;

/**
 * Names, ports and hosts are handed out in one stream, `allocation:instances`: its expected version is what keeps two
 * racing creations from the same name or port.
 */
export const InstanceAllocated = defineEvent({
  type: 'InstanceAllocated',
  schemaVersion: 1,
  category: 'allocation',
  summary: 'A name, hosts and ports were reserved for an instance that is to be created.',
  data: z.object({ instanceId, operationId, spec: instanceSpec, plan: instancePlan }),
});
export const InstanceAllocationReleased = defineEvent({
  type: 'InstanceAllocationReleased',
  schemaVersion: 1,
  category: 'allocation',
  summary: 'The name, hosts and ports of an instance that is no more are free again.',
  data: z.object({ instanceId }),
});

export const InstanceCreationRequested = defineEvent({
  type: 'InstanceCreationRequested',
  schemaVersion: 1,
  category: 'instance',
  summary: 'A user asked for an instance; hosts and ports are chosen.',
  data: z.object({ instanceId, operationId, spec: instanceSpec, plan: instancePlan }),
});
export const InstanceCreated = defineEvent({
  type: 'InstanceCreated',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The instance accepts connections; an HA instance has its secondary in syncSet.',
  data: z.object({ instanceId, operationId }),
});
export const InstanceCreationFailed = defineEvent({
  type: 'InstanceCreationFailed',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The creation was given up and everything that it had made was removed.',
  data: z.object({ instanceId, operationId, problem }),
});
export const InstanceDeletionRequested = defineEvent({
  type: 'InstanceDeletionRequested',
  schemaVersion: 1,
  category: 'instance',
  summary: 'A user asked for the deletion of the instance.',
  data: z.object({ instanceId, operationId }),
});
export const InstanceDeleted = defineEvent({
  type: 'InstanceDeleted',
  schemaVersion: 1,
  category: 'instance',
  summary: 'Nothing of the instance is left on any host.',
  data: z.object({ instanceId, operationId }),
});

const revision = z.object({ revision: z.number().int(), record: topologyRecord });
const topologyEvent = <T extends string>(type: T, summary: string) =>
  defineEvent({ type, schemaVersion: 1, category: 'topology', summary, data: revision });

/** R11: one event for each version of a topology record; the event's id is the version's id. */
export const TopologyCreated = topologyEvent('TopologyCreated', 'The record of a new instance was created.');
export const PrimaryOpened = topologyEvent('PrimaryOpened', 'A new epoch was opened by its primary.');
export const PrimaryConfirmed = topologyEvent('PrimaryConfirmed', 'The primary confirmed its right to serve (R1).');
export const PrimaryHandedOver = topologyEvent('PrimaryHandedOver', 'The primary was handed over (R7, R15).');
export const HandOverWithdrawn = topologyEvent('HandOverWithdrawn', 'The hand-over was withdrawn (R7).');
export const SecondaryPromoted = topologyEvent('SecondaryPromoted', 'A new epoch names another primary (R4).');
export const PromotionWithdrawn = topologyEvent(
  'PromotionWithdrawn',
  'The way back: an unopened epoch was given up (R4).',
);
export const ReplicationDegraded = topologyEvent('ReplicationDegraded', 'syncSet was emptied (R2).');
export const ReplicationRestored = topologyEvent('ReplicationRestored', 'The secondary is in syncSet again (R3).');
export const RecordSettled = topologyEvent('RecordSettled', 'An unanswered compare-and-set was settled (R12).');
export const TopologyRetired = topologyEvent('TopologyRetired', 'The instance is over: no node may serve.');

export const FailoverWaiting = defineEvent({
  type: 'FailoverWaiting',
  schemaVersion: 1,
  category: 'topology',
  summary: 'The primary is unavailable and nobody may take over; the reason is told.',
  data: z.object({
    instanceId,
    epoch: z.number().int(),
    row: z.string(),
    because: z.string(),
    facts: z.record(z.string(), z.unknown()),
  }),
});
export const FailoverCompleted = defineEvent({
  type: 'FailoverCompleted',
  schemaVersion: 1,
  category: 'topology',
  summary: 'The endpoint leads to the new primary; each step with its time.',
  data: z.object({
    instanceId,
    epoch: z.number().int(),
    kind: z.enum(['fault', 'switchover']),
    reason: z.string(),
    from: nodeId,
    to: nodeId,
    steps: z.array(z.object({ step: z.string(), row: z.string(), at: z.string(), sinceStartMs: z.number() })),
  }),
});
export const EndpointRepointed = defineEvent({
  type: 'EndpointRepointed',
  schemaVersion: 1,
  category: 'topology',
  summary: 'An endpoint host sends clients to the primary of the epoch.',
  data: z.object({ instanceId, hostId, epoch: z.number().int(), primary: nodeId, at: z.string(), row: z.string() }),
});
export const NodeRejoined = defineEvent({
  type: 'NodeRejoined',
  schemaVersion: 1,
  category: 'topology',
  summary: 'A node follows the primary again; what a rewind discarded is counted (R9).',
  data: z.object({
    instanceId,
    nodeId,
    epoch: z.number().int(),
    how: z.enum(['clone', 'clean-start', 'rewind', 'reclone']),
    discardedBytes: z.number(),
    at: z.string(),
    row: z.string(),
  }),
});
export const NodeFenced = defineEvent({
  type: 'NodeFenced',
  schemaVersion: 1,
  category: 'topology',
  summary: 'A node stopped its PostgreSQL because it might not be the primary any more (R6).',
  data: z.object({
    instanceId,
    nodeId,
    epoch: z.number().int(),
    by: z.enum(['agent', 'guard']),
    at: z.string(),
    row: z.string(),
  }),
});

export const PrimaryTurnedGray = defineEvent({
  type: 'PrimaryTurnedGray',
  schemaVersion: 1,
  category: 'topology',
  summary: 'The disk of a primary fails while its process lives; with a secondary in syncSet it is handed over (R7).',
  data: grayPrimary,
});
export const NodeDiskFilled = defineEvent({
  type: 'NodeDiskFilled',
  schemaVersion: 1,
  category: 'topology',
  summary:
    'The disk of a node is full: it cannot write, and comes back by itself once there is room. Nobody takes over.',
  data: diskSpace,
});
export const NodeDiskGrown = defineEvent({
  type: 'NodeDiskGrown',
  schemaVersion: 1,
  category: 'topology',
  summary: 'There is room again on the disk of a node that was full.',
  data: diskSpace,
});

export const SwitchoverRequested = defineEvent({
  type: 'SwitchoverRequested',
  schemaVersion: 1,
  category: 'operation',
  summary: 'A user asked for a planned switchover.',
  data: z.object({ operationId, instanceId, from: nodeId, target: nodeId }),
});
export const SwitchoverCompleted = defineEvent({
  type: 'SwitchoverCompleted',
  schemaVersion: 1,
  category: 'operation',
  summary: 'The target of the switchover serves.',
  data: z.object({ operationId, instanceId, epoch: z.number().int(), durationMs: z.number() }),
});
export const SwitchoverFailed = defineEvent({
  type: 'SwitchoverFailed',
  schemaVersion: 1,
  category: 'operation',
  summary: 'The switchover was given up; the instance is as it was, or fails over as for a fault.',
  data: z.object({ operationId, instanceId, problem }),
});

export const allEvents: readonly EventDefinition[] = [
  InstanceAllocated,
  InstanceAllocationReleased,
  InstanceCreationRequested,
  InstanceCreated,
  InstanceCreationFailed,
  InstanceDeletionRequested,
  InstanceDeleted,
  TopologyCreated,
  PrimaryOpened,
  PrimaryConfirmed,
  PrimaryHandedOver,
  HandOverWithdrawn,
  SecondaryPromoted,
  PromotionWithdrawn,
  ReplicationDegraded,
  ReplicationRestored,
  RecordSettled,
  TopologyRetired,
  FailoverWaiting,
  FailoverCompleted,
  EndpointRepointed,
  NodeRejoined,
  NodeFenced,
  PrimaryTurnedGray,
  NodeDiskFilled,
  NodeDiskGrown,
  SwitchoverRequested,
  SwitchoverCompleted,
  SwitchoverFailed,
];
