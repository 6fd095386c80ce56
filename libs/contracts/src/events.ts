import { z } from 'zod';
import { accessEvents } from './access-events';
import { changeEvents } from './change-events';
import { defineEvent, EventDefinition } from './define-event';
import { accountName, hostId, instanceId, instanceName, nodeId } from './ids';
import { sample } from './sample';
import { nodePlace, TopologyRecord, topologyRecord } from './topology-record';
import { whatIfAnswer } from './what-if';

const operationId = z.string();
const problem = z.object({ code: z.string(), detail: z.string() });
const ids = { instanceId: sample.instanceId, operationId: sample.operationId };
const wish = { ...ids, spec: sample.spec, plan: sample.plan };

export const instanceSpec = z
  .object({
    name: instanceName,
    edition: z.enum(['basic', 'ha']),
    zones: z.enum(['single-zone', 'multi-zone']),
    account: accountName,
    database: accountName,
  })
  .meta({ id: 'InstanceSpec' });
export type InstanceSpec = z.infer<typeof instanceSpec>;

export const instancePlan = z
  .object({
    primary: nodeId,
    nodes: z.record(nodeId, nodePlace.extend({ zone: z.string() })),
    endpointHosts: z.array(z.object({ hostId, address: z.string() })),
    sessionPort: z.number().int(),
    pooledPort: z.number().int(),
  })
  .meta({ id: 'InstancePlan' });
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
  example: wish,
});
export const InstanceAllocationReleased = defineEvent({
  type: 'InstanceAllocationReleased',
  schemaVersion: 1,
  category: 'allocation',
  summary: 'The name, hosts and ports of an instance that is no more are free again.',
  data: z.object({ instanceId }),
  example: { instanceId: sample.instanceId },
});

export const InstanceCreationRequested = defineEvent({
  type: 'InstanceCreationRequested',
  schemaVersion: 1,
  category: 'instance',
  summary: 'A user asked for an instance; hosts and ports are chosen.',
  data: z.object({ instanceId, operationId, spec: instanceSpec, plan: instancePlan }),
  example: wish,
});
export const InstanceCreated = defineEvent({
  type: 'InstanceCreated',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The instance accepts connections; an HA instance has its secondary in syncSet.',
  data: z.object({ instanceId, operationId }),
  example: ids,
});
export const InstanceCreationFailed = defineEvent({
  type: 'InstanceCreationFailed',
  schemaVersion: 1,
  category: 'instance',
  summary: 'The creation was given up and everything that it had made was removed.',
  data: z.object({ instanceId, operationId, problem }),
  example: { ...ids, problem: { code: 'unavailable', detail: 'The secondary was not ready within 120 s.' } },
});
export const InstanceDeletionRequested = defineEvent({
  type: 'InstanceDeletionRequested',
  schemaVersion: 1,
  category: 'instance',
  summary: 'A user asked for the deletion of the instance.',
  data: z.object({ instanceId, operationId }),
  example: ids,
});
export const InstanceDeleted = defineEvent({
  type: 'InstanceDeleted',
  schemaVersion: 1,
  category: 'instance',
  summary: 'Nothing of the instance is left on any host.',
  data: z.object({ instanceId, operationId }),
  example: ids,
});

const revision = z.object({ revision: z.number().int(), record: topologyRecord });
const topologyEvent = <T extends string>(type: T, row: string, summary: string, change: Partial<TopologyRecord> = {}) =>
  defineEvent({
    type,
    schemaVersion: 1,
    category: 'topology',
    summary,
    data: revision,
    example: {
      revision: 42,
      record: { ...sample.record, ...change, decision: { ...sample.record.decision, row, because: summary } },
    },
  });
const { n1, n2 } = sample;
const handOver = { kind: 'fault', reason: 'postmaster-died', target: n2 } as const;

/** R11: one event for each version of a topology record; the event's id is the version's id. */
export const TopologyCreated = topologyEvent(
  'TopologyCreated',
  'create/record',
  'The record of a new instance was created.',
  {
    prevId: null,
    syncSet: [],
    branch: null,
  },
);
export const PrimaryOpened = topologyEvent('PrimaryOpened', 'open/promoted', 'A new epoch was opened by its primary.', {
  epoch: 2,
  primary: n2,
  syncSet: [],
});
export const PrimaryConfirmed = topologyEvent(
  'PrimaryConfirmed',
  'confirm/recovered',
  'The primary confirmed its right to serve (R1).',
);
export const PrimaryHandedOver = topologyEvent(
  'PrimaryHandedOver',
  'hand-over/postmaster-died',
  'The primary was handed over (R7, R15).',
  { state: 'handed-over', handOver },
);
export const HandOverWithdrawn = topologyEvent(
  'HandOverWithdrawn',
  'withdraw/confirm',
  'The hand-over was withdrawn (R7).',
);
export const SecondaryPromoted = topologyEvent(
  'SecondaryPromoted',
  'promote/handed-over',
  'A new epoch names another primary (R4).',
  { epoch: 2, state: 'promoting', primary: n2, syncSet: [] },
);
export const PromotionWithdrawn = topologyEvent(
  'PromotionWithdrawn',
  'way-back/target-lost',
  'The way back: an unopened epoch was given up (R4).',
  { epoch: 3, state: 'promoting', primary: n1, syncSet: [] },
);
export const ReplicationDegraded = topologyEvent(
  'ReplicationDegraded',
  'degrade/secondary-closed',
  'syncSet was emptied (R2).',
  { syncSet: [] },
);
export const ReplicationRestored = topologyEvent(
  'ReplicationRestored',
  'restore/record',
  'The secondary is in syncSet again (R3).',
);
export const RecordSettled = topologyEvent(
  'RecordSettled',
  'settle/unanswered',
  'An unanswered compare-and-set was settled (R12).',
);
export const TopologyRetired = topologyEvent(
  'TopologyRetired',
  'retire/deleted',
  'The instance is over: no node may serve.',
  { state: 'retired' },
);

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
  example: {
    instanceId: sample.instanceId,
    epoch: 1,
    row: 'wait/degraded',
    because: 'R5: syncSet is empty, so the other node may lack acknowledged commits; it waits for the primary',
    facts: { state: 'open', synced: false, primarySilent: 'yes' },
  },
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
  example: {
    instanceId: sample.instanceId,
    epoch: 2,
    kind: 'fault',
    reason: 'postmaster-died',
    from: sample.n1,
    to: sample.n2,
    steps: [
      { step: 'handed-over', row: 'hand-over/postmaster-died', at: '2025-11-25T09:30:00.031Z', sinceStartMs: 0 },
      { step: 'promotion-decided', row: 'promote/handed-over', at: '2025-11-25T09:30:00.078Z', sinceStartMs: 47 },
      { step: 'opened', row: 'open/promoted', at: '2025-11-25T09:30:00.312Z', sinceStartMs: 281 },
      { step: 'endpoint-repointed', row: 'endpoint/repoint', at: '2025-11-25T09:30:00.355Z', sinceStartMs: 324 },
    ],
  },
});
export const EndpointRepointed = defineEvent({
  type: 'EndpointRepointed',
  schemaVersion: 1,
  category: 'topology',
  summary: 'An endpoint host sends clients to the primary of the epoch.',
  data: z.object({ instanceId, hostId, epoch: z.number().int(), primary: nodeId, at: z.string(), row: z.string() }),
  example: {
    instanceId: sample.instanceId,
    hostId: 'host-e1',
    epoch: 2,
    primary: sample.n2,
    at: sample.at,
    row: 'endpoint/repoint',
  },
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
  example: {
    instanceId: sample.instanceId,
    nodeId: sample.n1,
    epoch: 2,
    how: 'rewind',
    discardedBytes: 8192,
    at: sample.at,
    row: 'rejoin/rewind',
  },
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
  example: {
    instanceId: sample.instanceId,
    nodeId: sample.n1,
    epoch: 1,
    by: 'guard',
    at: sample.at,
    row: 'guard/fence',
  },
});

const aboutNode = z.object({ instanceId, nodeId, epoch: z.number().int(), at: z.string() });
const aNode = { instanceId: sample.instanceId, nodeId: sample.n1, epoch: 1, at: sample.at };

export const PrimaryTurnedGray = defineEvent({
  type: 'PrimaryTurnedGray',
  schemaVersion: 1,
  category: 'topology',
  summary: 'The disk of a primary fails while its process lives; with a secondary in syncSet it is handed over (R7).',
  /** The database in which the probe commit fails, and PostgreSQL's own words about it. */
  data: aboutNode.extend({ database: z.string(), reason: z.string() }),
  example: { ...aNode, database: 'app', reason: '58P01 could not open file' },
});
export const NodeDiskFilled = defineEvent({
  type: 'NodeDiskFilled',
  schemaVersion: 1,
  category: 'topology',
  summary:
    'The disk of a node is full: it cannot write, and comes back by itself once there is room. Nobody takes over.',
  data: aboutNode.extend({ freeBytes: z.number() }),
  example: { ...aNode, freeBytes: 0 },
});
export const NodeDiskGrown = defineEvent({
  type: 'NodeDiskGrown',
  schemaVersion: 1,
  category: 'topology',
  summary: 'There is room again on the disk of a node that was full.',
  data: aboutNode.extend({ freeBytes: z.number() }),
  example: { ...aNode, freeBytes: 1_073_741_824 },
});

const aTurn = (outcome: 'waits' | 'takes-over', row: string, because: string) => ({
  instanceId: sample.instanceId,
  epoch: 1,
  answers: [{ name: 'host host-a1', outcome, lossBytes: 0, row, because }],
  bad: outcome === 'waits' ? ['host host-a1'] : [],
});
const turnedAnswers = z.array(
  whatIfAnswer.pick({ name: true, outcome: true, lossBytes: true, row: true, because: true }),
);
const turned = z.object({
  instanceId,
  epoch: z.number().int(),
  answers: turnedAnswers,
  /** Every loss that has a bad answer now, by its name. */
  bad: z.array(z.string()),
});
export const WhatIfTurnedBad = defineEvent({
  type: 'WhatIfTurnedBad',
  schemaVersion: 1,
  category: 'what-if',
  summary:
    'If this were lost now nobody would serve, or something acknowledged would be missing; it was not so before.',
  data: turned,
  example: aTurn('waits', 'wait/degraded', 'syncSet is empty'),
});
export const WhatIfTurnedGood = defineEvent({
  type: 'WhatIfTurnedGood',
  schemaVersion: 1,
  category: 'what-if',
  summary: 'The instance would survive this loss again.',
  data: turned,
  example: aTurn('takes-over', 'promote/host-silent', 'silent, and the secondary consents'),
});

export const SwitchoverRequested = defineEvent({
  type: 'SwitchoverRequested',
  schemaVersion: 1,
  category: 'operation',
  summary: 'A user asked for a planned switchover.',
  data: z.object({ operationId, instanceId, from: nodeId, target: nodeId }),
  example: { ...ids, from: sample.n1, target: sample.n2 },
});
export const SwitchoverCompleted = defineEvent({
  type: 'SwitchoverCompleted',
  schemaVersion: 1,
  category: 'operation',
  summary: 'The target of the switchover serves.',
  data: z.object({ operationId, instanceId, epoch: z.number().int(), durationMs: z.number() }),
  example: { ...ids, epoch: 2, durationMs: 240 },
});
export const SwitchoverFailed = defineEvent({
  type: 'SwitchoverFailed',
  schemaVersion: 1,
  category: 'operation',
  summary: 'The switchover was given up; the instance is as it was, or fails over as for a fault.',
  data: z.object({ operationId, instanceId, problem }),
  example: { ...ids, problem: { code: 'switchover-not-drained', detail: 'Clients were still in transactions.' } },
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
  WhatIfTurnedBad,
  WhatIfTurnedGood,
  SwitchoverRequested,
  SwitchoverCompleted,
  SwitchoverFailed,
  ...changeEvents,
  ...accessEvents,
];
