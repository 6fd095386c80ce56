import { z } from 'zod';
import { hostId, instanceId, instanceName, nodeId, zoneName } from './ids';

export const whatIfServices = [
  'api-gateway',
  'instance-manager',
  'health-monitor',
  'failover-orchestrator',
  'control-database',
  'nats',
] as const;

/** The one fact that is changed. A host or a link that is lost is silent: nothing closes a connection in its place. */
export const loss = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host'), hostId }),
  z.object({ kind: z.literal('zone'), zone: zoneName }),
  /** The PostgreSQL of a node dies; its agent lives. */
  z.object({ kind: z.literal('process'), nodeId }),
  /** Between two hosts, or between a host and the store. */
  z.object({ kind: z.literal('link'), from: hostId, to: z.union([hostId, z.literal('nats')]) }),
  z.object({ kind: z.literal('service'), service: z.enum(whatIfServices) }),
]);
export type Loss = z.infer<typeof loss>;

/** One decision of a rehearsed course of events, in the words of the table that made it. */
export const rehearsedStep = z.object({
  /** Since the loss. */
  atMs: z.number(),
  by: z.string(),
  row: z.string(),
  action: z.string(),
  because: z.string(),
});
export type RehearsedStep = z.infer<typeof rehearsedStep>;

export const whatIfAnswer = z.object({
  lost: loss,
  name: z.string(),
  /** What becomes of the clients: as before, by another node, by nobody, or cut off from a node that goes on. */
  outcome: z.enum(['goes-on', 'takes-over', 'waits', 'unreachable']),
  /** Nobody serves, or something that was acknowledged would be missing. */
  bad: z.boolean(),
  takesOver: z.object({ nodeId, hostId }).nullable(),
  /** How long clients wait; null where nobody serves until what was lost is back. */
  expectedMs: z.number().nullable(),
  /** `measured` by failovers of this installation that the same row decided, `prior` by failover-safety.md. */
  basis: z.enum(['measured', 'prior']),
  measuredFailovers: z.number().int(),
  /** Acknowledged commits that would be missing, in bytes of WAL; null where nobody can tell. */
  lossBytes: z.number().nullable(),
  /** Somebody could take over afterwards, too. */
  protectedAfter: z.boolean(),
  /** The row that decides the answer, and its words. */
  row: z.string(),
  because: z.string(),
  path: z.array(rehearsedStep),
});
export type WhatIfAnswer = z.infer<typeof whatIfAnswer>;

/** Every loss of one instance with its answer, on the facts of one moment. */
export const whatIfReport = z.object({
  instanceId,
  epoch: z.number().int(),
  state: z.enum(['open', 'promoting', 'handed-over', 'retired']),
  answers: z.array(whatIfAnswer),
});
export type WhatIfReport = z.infer<typeof whatIfReport>;

/** The same with the name that people use. */
export const whatIfView = whatIfReport.extend({ name: instanceName }).meta({ id: 'WhatIf' });
export type WhatIfView = z.infer<typeof whatIfView>;
export const whatIfList = z.object({ instances: z.array(whatIfView) });
