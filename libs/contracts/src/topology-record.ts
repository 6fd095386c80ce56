import { z } from 'zod';
import { hostId, instanceId, lsn, nodeId } from './ids';

/** Where a node listens: its host, and the raw port that only holders of a platform certificate can use. */
export const nodePlace = z.object({ hostId, address: z.string(), port: z.number().int() });

/** R9: a branch is told by epoch, timeline and switch LSN; a timeline number alone is not unique. */
export const branch = z.object({ epoch: z.number().int(), timeline: z.number().int(), switchLsn: lsn });

export const handOver = z.object({
  kind: z.enum(['fault', 'switchover']),
  reason: z.string(),
  /** The node that is to take over; for a fault whoever is in syncSet. */
  target: nodeId.optional(),
  operationId: z.string().optional(),
  /** Wall-clock, for people only: deciders use their own monotonic clocks. */
  deadline: z.string().optional(),
});

/** Why this version was written: the row of the table that decided it, and the facts that it rested on. */
export const decision = z.object({
  row: z.string(),
  because: z.string(),
  by: z.string(),
  at: z.string(),
  facts: z.record(z.string(), z.unknown()),
});

/**
 * The topology record of one instance (failover-safety.md, "Words"): the last message on its subject, changed by
 * compare-and-set only. `id` is random for each version, `prevId` the version that it was based on (R12).
 */
export const topologyRecord = z
  .object({
    schemaVersion: z.literal(1),
    id: z.string(),
    prevId: z.string().nullable(),
    instanceId,
    edition: z.enum(['basic', 'ha']),
    mode: z.enum(['semi-sync']),
    epoch: z.number().int().min(1),
    /** `retired` ends an instance: no node may serve, promote or rejoin any more. */
    state: z.enum(['open', 'promoting', 'handed-over', 'retired']),
    primary: nodeId,
    /** The nodes that hold every commit that the primary has acknowledged so far; empty = degraded, or Basic. */
    syncSet: z.array(nodeId).max(1),
    nodes: z.record(nodeId, nodePlace),
    /** The current life of each node's data directory; a node without data has none. */
    incarnations: z.record(nodeId, z.string()),
    branch: branch.nullable(),
    handOver: handOver.optional(),
    /** While a failover or a degradation lasts: the id under which everybody tells of it; see failoverIdOf. */
    correlationId: z.string().optional(),
    decision,
  })
  .meta({ id: 'TopologyRecord' });

export type NodePlace = z.infer<typeof nodePlace>;
export type Branch = z.infer<typeof branch>;
export type HandOver = z.infer<typeof handOver>;
export type Decision = z.infer<typeof decision>;
export type TopologyRecord = z.infer<typeof topologyRecord>;
