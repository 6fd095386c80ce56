import { Sabotage } from '@tandem/protocol';
import { gateLeftOpen } from './gate-left-open';
import { noNames } from './no-names';
import { openWithoutOwnCas } from './open-without-own-cas';
import { promoteBeforeCas } from './promote-before-cas';
import { releaseBeforeCas } from './release-before-cas';
import { Scenario } from './scenario';
import { unansweredIsFailure } from './unanswered-is-failure';

/** For each sabotage the course of events in which it must be noticed. */
export const scenarios: Record<Sabotage, Scenario> = {
  'promote-before-cas': promoteBeforeCas,
  'release-before-cas': releaseBeforeCas,
  'no-names': noNames,
  'gate-left-open': gateLeftOpen,
  'open-without-own-cas': openWithoutOwnCas,
  'unanswered-is-failure': unansweredIsFailure,
};
