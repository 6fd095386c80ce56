import { decideBy, Fact, Row, Verdict } from './table';

/** What the guard of a host sees of one node without its agent (R6). */
export interface GuardFacts {
  /** The agent's local lease is overdue: it has not been renewed for the fence time. */
  readonly leaseOverdue: boolean;
  readonly running: boolean;
  readonly primary: boolean;
  /** The persisted record: syncSet is not empty. */
  readonly synced: boolean;
  /** PostgreSQL itself shows that its gate is closed; no answer is `no`. */
  readonly gated: boolean;
  /** PostgreSQL itself shows a walsender of the secondary with a reply newer than the window; no answer is `unknown`. */
  readonly attached: Fact;
}

export type GuardAction = 'leave' | 'stop-immediate';

/** The guard's table: it fences a node whose agent cannot. */
export const guardTable: ReadonlyArray<Row<GuardFacts, GuardAction>> = [
  { id: 'guard/lease-fresh', when: (f) => !f.leaseOverdue, action: 'leave', because: 'the agent renews its lease' },
  {
    id: 'guard/nothing-to-fence',
    when: (f) => !f.running || !f.primary,
    action: 'leave',
    because: 'only a running primary can acknowledge',
  },
  {
    id: 'guard/alone',
    when: (f) => !f.synced,
    action: 'leave',
    because: 'R6: with an empty syncSet nobody can be promoted, so it keeps serving',
  },
  {
    id: 'guard/gated',
    when: (f) => f.gated,
    action: 'leave',
    because: 'R8: nobody is let in since its start, so nothing can be acknowledged',
  },
  {
    id: 'guard/attached',
    when: (f) => f.attached === 'yes',
    action: 'leave',
    because: 'R6, R10: while the secondary streams from it nobody can have been opened',
  },
  {
    id: 'guard/fence',
    when: () => true,
    action: 'stop-immediate',
    because: 'R6: lease overdue, a promotable secondary, and it is not attached; no answer counts as detached',
  },
];

/** Whether the guard stops a node. */
export function decideGuard(facts: GuardFacts): Verdict<GuardAction> {
  return decideBy(guardTable, facts);
}
