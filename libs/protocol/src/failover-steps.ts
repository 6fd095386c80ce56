import { TopologyRecord } from '@tandem/contracts';

/** One step of a failover as its versions tell it; `facts` where it is a version of the record. */
export interface FailoverStep {
  readonly step:
    | 'silence-began'
    | 'consent-asked'
    | 'consent-given'
    | 'handed-over'
    | 'promotion-decided'
    | 'opened'
    | 'endpoint-repointed';
  readonly row: string;
  readonly because: string | null;
  readonly by: string | null;
  readonly at: string;
  readonly facts: TopologyRecord['decision']['facts'] | null;
}

/** What the orchestrator writes beside the facts of a promotion: when what led to it took place, for people. */
export interface PromotionCourse {
  /** Where nobody handed over: since when the session of the primary's host has been silent. */
  readonly silentSince?: string;
  readonly consentAskedAt?: string;
  readonly consentGivenAt?: string;
  readonly consentRow?: string;
  readonly consentBy?: string;
}

/**
 * The versions of the failover that opened `epoch`, the first that left the version before it first; empty for a
 * creation. A promotion that was given up on the way belongs to it.
 */
export function versionsOfFailover(history: readonly TopologyRecord[], epoch: number): TopologyRecord[] {
  const promotion = history.findIndex((version) => version.epoch === epoch && version.state === 'promoting');
  let from = promotion;
  while (from > 0 && history[from - 1].state !== 'open') from--;
  if (from <= 0) return [];
  const rest = history.slice(from).filter((version) => version.epoch <= epoch);
  const opened = rest.findIndex((version) => version.epoch === epoch && version.state === 'open');
  return opened < 0 ? rest : rest.slice(0, opened + 1);
}

/** Each version as a step, and before a promotion what led to it. */
export function failoverSteps(versions: readonly TopologyRecord[]): FailoverStep[] {
  return versions.flatMap((version) => [...courseOf(version), versionStep(version)]);
}

function versionStep({ state, decision }: TopologyRecord): FailoverStep {
  const { row, because, by, at, facts } = decision;
  const step = state === 'handed-over' ? 'handed-over' : state === 'promoting' ? 'promotion-decided' : 'opened';
  return { step, row, because, by, at, facts };
}

function courseOf({ state, decision }: TopologyRecord): FailoverStep[] {
  const course = decision.facts['course'] as PromotionCourse | undefined;
  if (state !== 'promoting' || course === undefined) return [];
  const { by, row } = decision;
  const asked = row.replace(/^promote\//, 'consent/');
  const made = (step: FailoverStep['step'], at: string | undefined, row: string, by: string): FailoverStep[] =>
    at === undefined ? [] : [{ step, row, because: null, by, at, facts: null }];
  return [
    ...made('silence-began', course.silentSince, asked, 'health-monitor'),
    ...made('consent-asked', course.consentAskedAt, asked, by),
    ...made('consent-given', course.consentGivenAt, course.consentRow ?? asked, course.consentBy ?? by),
  ];
}
