import { Sabotage } from './sabotage';

export type AgentCas = 'hand-over' | 'switchover' | 'confirm' | 'degrade' | 'restore' | 'settle';
export type CasOutcome = 'done' | 'refused' | 'unanswered';

/** What an agent may believe and do after its CAS; `keep` leaves the fact as it was. */
export interface CasEffect {
  /** The version that was sent is the newest known. */
  readonly adopt: boolean;
  readonly fresh: boolean;
  readonly doubt: 'yes' | 'no' | 'keep';
  /** R1: this node's right to serve is confirmed, if PostgreSQL has not been restarted since the CAS was sent. */
  readonly confirms: boolean;
  /** R2: only now may waiting commits be released. */
  readonly clearNames: boolean;
}

/**
 * R12: an unanswered CAS is neither done nor failed: the agent goes on as if the safer record held.
 * R2: names are cleared after a degrade CAS that was answered with success, and never else.
 */
export function effectOfCas(kind: AgentCas, outcome: CasOutcome, sabotage?: Sabotage): CasEffect {
  if (outcome === 'done')
    return {
      adopt: true,
      fresh: true,
      doubt: 'no',
      confirms: kind === 'confirm' || kind === 'degrade',
      clearNames: kind === 'degrade',
    };
  if (outcome === 'refused') return { adopt: false, fresh: false, doubt: 'keep', confirms: false, clearNames: false };
  if (sabotage === 'unanswered-is-failure')
    return { adopt: false, fresh: false, doubt: 'no', confirms: false, clearNames: kind === 'restore' };
  return { adopt: false, fresh: false, doubt: 'yes', confirms: false, clearNames: false };
}
