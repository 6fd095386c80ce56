import type { ProblemCode } from '@tandem/contracts';

/** What a workflow does next: one answer for each look at the world, so that it can be taken up at any point. */
export type StepOutcome<Effect> =
  | { readonly next: 'call'; readonly step: string; readonly effects: readonly Effect[] }
  | { readonly next: 'wait'; readonly step: string; readonly until: string }
  | { readonly next: 'finish'; readonly step: string }
  | { readonly next: 'fail'; readonly step: string; readonly problem: { code: ProblemCode; detail: string } };
