import { decideBy, Fact, Row, Verdict } from './table';

/** What the secondary's agent knows when it is asked to consent to its own promotion (R4 c). */
export interface ConsentFacts {
  readonly kind: 'silence' | 'hand-over' | 'switchover';
  /** The request names the version of the record that this agent has persisted as the newest. */
  readonly sameVersion: boolean;
  readonly state: 'none' | 'open' | 'promoting' | 'handed-over' | 'retired';
  readonly handOverKind: 'none' | 'fault' | 'switchover';
  readonly named: boolean;
  /** This node is in syncSet with its current incarnation. */
  readonly inSyncSet: boolean;
  readonly data: 'none' | 'damaged' | 'primary' | 'standby';
  readonly running: boolean;
  /** Consistent, and on the primary's branch. */
  readonly consistent: Fact;
  /** The stream was silent for the silent time on this agent's monotonic clock, or is gone and a reconnect failed (R10). */
  readonly streamSilent: Fact;
  /** A direct probe of the primary was not answered in time. */
  readonly probeFailed: Fact;
  /** A cut for silence was made within the last cutEvery. */
  readonly cutLately: boolean;
  /** Switchover: everything up to the old primary's shutdown checkpoint has been received (R15). */
  readonly pastShutdown: Fact;
}

export type ConsentAction = 'refuse' | 'look' | 'cut-and-consent';

/** The consent's table: everything that is unknown refuses (R14). */
export const consentTable: ReadonlyArray<Row<ConsentFacts, ConsentAction>> = [
  {
    id: 'consent/other-version',
    when: (f) => !f.sameVersion,
    action: 'look',
    because: 'R1: the request names another version than the one persisted here: read, then decide anew',
  },
  {
    id: 'refuse/not-a-secondary',
    when: (f) => f.named || f.data !== 'standby' || !f.running,
    action: 'refuse',
    because: 'R4: only a running standby that the record does not name can be promoted',
  },
  {
    id: 'refuse/not-in-sync-set',
    when: (f) => !f.inSyncSet,
    action: 'refuse',
    because: 'R4 (a): not in syncSet with its current incarnation, so it may lack acknowledged commits',
  },
  {
    id: 'refuse/inconsistent',
    when: (f) => f.consistent !== 'yes',
    action: 'refuse',
    because: 'R4 (a): not known to be consistent and on the branch of the primary',
  },
  {
    id: 'consent/handed-over',
    when: (f) => f.kind === 'hand-over' && f.state === 'handed-over',
    action: 'cut-and-consent',
    because: 'R4 (c), R7: the primary handed over',
  },
  {
    id: 'consent/switchover',
    when: (f) =>
      f.kind === 'switchover' &&
      f.state === 'handed-over' &&
      f.handOverKind === 'switchover' &&
      f.pastShutdown === 'yes',
    action: 'cut-and-consent',
    because: 'R15: everything up to the shutdown checkpoint of the old primary is here',
  },
  {
    id: 'refuse/not-past-shutdown',
    when: (f) => f.kind === 'switchover',
    action: 'refuse',
    because: 'R15: the last WAL of the old primary has not arrived',
  },
  {
    id: 'refuse/not-open',
    when: (f) => f.state !== 'open',
    action: 'refuse',
    because: 'R4: silence counts against an open record only',
  },
  {
    id: 'refuse/still-attached',
    when: (f) => f.streamSilent !== 'yes',
    action: 'refuse',
    because: 'R4 (c), R10: the stream from the primary is not known to be silent',
  },
  {
    id: 'refuse/probe-answered',
    when: (f) => f.probeFailed !== 'yes',
    action: 'refuse',
    because: 'R4 (c): the primary answered a direct probe, or the probe is not known to have failed',
  },
  {
    id: 'refuse/cut-lately',
    when: (f) => f.cutLately,
    action: 'refuse',
    because: 'R4 (c): one cut for silence in ten seconds at the most',
  },
  {
    id: 'consent/primary-silent',
    when: () => true,
    action: 'cut-and-consent',
    because: 'R4 (c): stream silent and direct probe failed',
  },
];

/** Whether the secondary cuts its stream and consents to be promoted. */
export function decideConsent(facts: ConsentFacts): Verdict<ConsentAction> {
  return decideBy(consentTable, facts);
}
