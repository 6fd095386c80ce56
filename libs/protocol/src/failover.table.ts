import { decideBy, Fact, Row, Verdict } from './table';

/** What the orchestrator knows of one instance; it has no memory of its own: a restart decides from the record (R11). */
export interface FailoverFacts {
  readonly state: 'none' | 'open' | 'promoting' | 'handed-over' | 'retired';
  readonly handOverKind: 'none' | 'fault' | 'switchover';
  /** syncSet is not empty. */
  readonly synced: boolean;
  /** The host session of the record's primary has been silent for the suspect time (R4 b). */
  readonly primarySilent: Fact;
  /** The host session of the other node. */
  readonly otherSilent: Fact;
  /** The record names an incarnation of the other node (R4, way back: never from the record of the creation). */
  readonly otherHasData: boolean;
  /** Consent of the other node for exactly this version of the record, not expired. */
  readonly consent: 'none' | 'given' | 'refused';
  /** While promoting: the promotion has not opened within its deadline, or its agent reports that it cannot. */
  readonly promotionStuck: Fact;
  /** No reset of the store is unresolved (R12). */
  readonly storeTrusted: boolean;
}

export type FailoverAction = 'wait' | 'tell-waiting' | 'ask-consent' | 'cas-promote' | 'cas-way-back';

/** The table that decides every change of epoch or primary. */
export const failoverTable: ReadonlyArray<Row<FailoverFacts, FailoverAction>> = [
  {
    id: 'wait/no-record',
    when: (f) => f.state === 'none' || f.state === 'retired',
    action: 'wait',
    because: 'there is no instance to serve',
  },
  {
    id: 'wait/store-untrusted',
    when: (f) => !f.storeTrusted,
    action: 'tell-waiting',
    because: 'R12: the store may have lost its tail; the record counts for nothing until it is rebuilt',
  },
  {
    id: 'way-back/target-lost',
    when: (f) => f.state === 'promoting' && f.otherHasData && f.otherSilent === 'no' && f.primarySilent === 'yes',
    action: 'cas-way-back',
    because: 'R4: nobody has written in an epoch that never opened, and its host is silent',
  },
  {
    id: 'way-back/target-stuck',
    when: (f) => f.state === 'promoting' && f.otherHasData && f.otherSilent === 'no' && f.promotionStuck === 'yes',
    action: 'cas-way-back',
    because: 'R4: nobody has written in an epoch that never opened, and its promotion does not end',
  },
  {
    id: 'wait/promoting',
    when: (f) => f.state === 'promoting',
    action: 'wait',
    because: 'R4 (f): the promoted node opens the epoch by its own CAS',
  },
  {
    id: 'wait/degraded',
    when: (f) => !f.synced && f.primarySilent === 'yes',
    action: 'tell-waiting',
    because: 'R5: syncSet is empty, so the other node may lack acknowledged commits; it waits for the primary',
  },
  {
    id: 'promote/switchover',
    when: (f) => f.state === 'handed-over' && f.handOverKind === 'switchover' && f.synced && f.consent === 'given',
    action: 'cas-promote',
    because: 'R4 (d), R15: handed over, and the target consents with everything that was written',
  },
  {
    id: 'promote/handed-over',
    when: (f) => f.state === 'handed-over' && f.synced && f.consent === 'given',
    action: 'cas-promote',
    because: 'R4 (d), R7: handed over, in syncSet, and it consents',
  },
  {
    id: 'promote/host-silent',
    when: (f) => f.state === 'open' && f.synced && f.primarySilent === 'yes' && f.consent === 'given',
    action: 'cas-promote',
    because: 'R4 (d): host session and stream silent, direct probe failed, in syncSet, and it consents',
  },
  {
    id: 'wait/secondary-refuses',
    when: (f) => f.consent === 'refused' && (f.state === 'handed-over' || f.primarySilent === 'yes'),
    action: 'tell-waiting',
    because: 'R4 (c): the secondary does not consent; it is asked again',
  },
  {
    id: 'consent/switchover',
    when: (f) => f.state === 'handed-over' && f.handOverKind === 'switchover' && f.synced,
    action: 'ask-consent',
    because: 'R15: handed over to its target',
  },
  {
    id: 'consent/handed-over',
    when: (f) => f.state === 'handed-over' && f.synced,
    action: 'ask-consent',
    because: 'R4 (b), R7: the primary handed over',
  },
  {
    id: 'consent/host-silent',
    when: (f) => f.state === 'open' && f.synced && f.primarySilent === 'yes',
    action: 'ask-consent',
    because: 'R4 (b): the host session of the primary is silent',
  },
  {
    id: 'serving',
    when: () => true,
    action: 'wait',
    because: 'R14: nothing is known to be wrong',
  },
];

/** What the orchestrator does next for one instance: the first row that holds. */
export function decideFailover(facts: FailoverFacts): Verdict<FailoverAction> {
  return decideBy(failoverTable, facts);
}
