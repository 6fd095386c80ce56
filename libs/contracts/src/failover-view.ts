import { z } from 'zod';

/** Why a primary was changed: a closed list, so that programs can count. */
export const switchReasons = [
  'process-died',
  'host-lost',
  'gray',
  'network',
  'class-change',
  'patch',
  'manual',
  'forced',
] as const;
export type SwitchReason = (typeof switchReasons)[number];

const time = z.string().describe('ISO-8601, UTC.');

export const failoverStepView = z.object({
  step: z.enum([
    'silence-began',
    'consent-asked',
    'consent-given',
    'handed-over',
    'promotion-decided',
    'opened',
    'endpoint-repointed',
  ]),
  row: z.string().describe('The row of a decision table that decided it.'),
  because: z.string().nullable().describe("The row's own words, where the step is a version of the record."),
  by: z.string().nullable().describe('The host or service that took it.'),
  at: time,
  sinceStartMs: z.number(),
  tookMs: z.number().describe('Since the step before.'),
  facts: z.record(z.string(), z.unknown()).nullable().describe('What the decision rested on.'),
});
export type FailoverStepView = z.infer<typeof failoverStepView>;

export const failoverView = z
  .object({
    id: z.string().describe("Finds it in every process's log lines and in the meta of events (correlationId)."),
    instanceId: z.string(),
    epoch: z.number().int().describe('The epoch that it opened, or is about to.'),
    kind: z.enum(['fault', 'switchover']),
    reason: z.enum(switchReasons),
    from: z.string(),
    to: z.string(),
    status: z.enum(['running', 'completed']),
    startedAt: time,
    completedAt: time.nullable(),
    durationMs: z.number().nullable(),
    lossBytes: z
      .number()
      .nullable()
      .describe(
        'Acknowledged commits that are missing, in bytes of WAL: 0 out of syncSet; null where nobody can tell.',
      ),
    steps: z.array(failoverStepView),
  })
  .meta({ id: 'Failover', description: 'One change of the primary, step by step, as its events tell it.' });
export type FailoverView = z.infer<typeof failoverView>;
export const failoverList = z.object({ failovers: z.array(failoverView) });
