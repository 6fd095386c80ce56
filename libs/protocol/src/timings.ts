/**
 * The timings of failover-safety.md, in milliseconds. Every change must keep the inequalities below; a test computes them.
 */
export const timings = {
  /** Renewal of a host session, an acknowledged quorum write. */
  sessionRenew: 250,
  /** A CAS that is not answered in this time is unanswered (R12): neither done nor failed. */
  casTimeout: 300,
  /** Silence of the stream, seen by the secondary on its own monotonic clock. */
  silent: 1200,
  /** Silence of a host session, counted by the health-monitor in successful polls. */
  suspect: 1200,
  /** A frozen host still accepts TCP: the direct probe needs an answer within this time. */
  directProbe: 300,
  walReceiverTimeout: 1500,
  walReceiverStatusInterval: 1000,
  walRetrieveRetryInterval: 500,
  /** A stream that is silent or too slow while commits wait is given up after this time (R2). */
  degradeAfter: 2000,
  /** A row that went while its last reply was younger than this was closed; later, by our own timeouts, it was silent. */
  closedReplyAge: 1500,
  walSenderTimeout: 3500,
  /** The secondary counts as attached for R6 while its last reply is younger than this. */
  attachedWindow: 3000,
  /** A primary that could not renew its session for this time fences itself, if somebody else may be promoted (R6). */
  fence: 10000,
  /** How long a consent keeps the secondary cut (R4). */
  consentExpiry: 2000,
  /** Not before this time since a hand-over may it be withdrawn (R7). */
  withdrawAfter: 3000,
  /** One cut for silence in this time at the most (R4). */
  cutEvery: 10000,
  /** A database whose probe commit has failed for this time makes its primary gray (R7). */
  grayAfter: 5000,
  /** Probes, one each second, that must have failed in that time: a stall of one of them proves nothing. */
  grayProbes: 5,
  /** PAUSE of the pooled endpoint in a switchover (R15). */
  pauseLimit: 2000,
  /** PgBouncer's own bound for a waiting client. */
  queryWaitTimeout: 60000,
  /** A promotion that has not opened after this time is given up by the way back, if the other node is there (R4). */
  promotionDeadline: 20000,
} as const;

export type Timings = { readonly [K in keyof typeof timings]: number };

/** An election of the store's leader was measured at 4.9 s without writes; a supervisor restarts an agent within 2 s. */
const STORE_ELECTION = 4900;
const AGENT_RESTART = 2000;
const ROUND_TRIP = 50;

/** Each inequality of failover-safety.md ("Timings") as a sentence and its truth for the given values. */
export function inequalities(t: Timings): ReadonlyArray<readonly [string, boolean]> {
  return [
    ['sessionRenew <= suspect / 4', t.sessionRenew <= t.suspect / 4],
    ['casTimeout < 500', t.casTimeout < 500],
    ['silent > wal_receiver_timeout / 2 + 100 + round trip', t.silent > t.walReceiverTimeout / 2 + 100 + ROUND_TRIP],
    ['suspect >= 4 x sessionRenew', t.suspect >= 4 * t.sessionRenew],
    ['wal_receiver_timeout > silent', t.walReceiverTimeout > t.silent],
    ['degradeAfter > silent + directProbe', t.degradeAfter > t.silent + t.directProbe],
    ['wal_sender_timeout > min(degradeAfter, 2000) + 1000', t.walSenderTimeout > Math.min(t.degradeAfter, 2000) + 1000],
    ['attachedWindow >= 2 x status interval + 1000', t.attachedWindow >= 2 * t.walReceiverStatusInterval + 1000],
    ['attachedWindow < fence', t.attachedWindow < t.fence],
    ['fence > store election + attachedWindow', t.fence > STORE_ELECTION + t.attachedWindow],
    ['fence > restart of an agent', t.fence > AGENT_RESTART],
    ['consentExpiry >= 2 x casTimeout + a take-over', t.consentExpiry >= 2 * t.casTimeout + 1000],
    [
      'withdrawAfter > consentExpiry + wal_retrieve_retry_interval',
      t.withdrawAfter > t.consentExpiry + t.walRetrieveRetryInterval,
    ],
    ['pauseLimit < query_wait_timeout', t.pauseLimit < t.queryWaitTimeout],
  ];
}
