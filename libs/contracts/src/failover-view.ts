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

export interface FailoverStepView {
  step: string;
  row: string;
  because: string | null;
  /** The host or service that took it. */
  by: string | null;
  at: string;
  sinceStartMs: number;
  /** Since the step before. */
  tookMs: number;
  /** What the decision rested on; only the steps that are versions of the record have them. */
  facts: Record<string, unknown> | null;
}

/** One change of the primary, step by step, as its events tell it. */
export interface FailoverView {
  /** By which every process's log lines and events of it are found. */
  id: string;
  instanceId: string;
  /** The epoch that it opened, or is about to. */
  epoch: number;
  kind: 'fault' | 'switchover';
  reason: SwitchReason;
  from: string;
  to: string;
  status: 'running' | 'completed';
  startedAt: string;
  completedAt: string | null;
  durationMs: number | null;
  /** Acknowledged commits that are missing, in bytes of WAL: 0 out of syncSet (R4 a); null where nobody can tell. */
  lossBytes: number | null;
  steps: FailoverStepView[];
}
