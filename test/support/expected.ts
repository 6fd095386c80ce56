import { either, interleaved, maybe, Pattern, repeated } from './event-pattern';

/** Told once for a version while the secondary, asked for its consent, still refuses: it is asked again (R4 c). */
export const refusing = maybe('FailoverWaiting wait/secondary-refuses');

/** What a failover that got through tells besides the versions: the endpoint's word, and the sum of its steps. */
export const repointed: Pattern = ['EndpointRepointed endpoint/repoint', 'FailoverCompleted'];

/**
 * The old primary comes back as a secondary (R9). Where its agent lived it may have begun to recover behind its gate,
 * and stops again when it reads of the new epoch.
 */
export const rejoined: Pattern = [maybe('NodeFenced demote/another-primary'), 'NodeRejoined rejoin/rewind'];

/** From the epoch's CAS to a whole pair again. `by` is the row of the failover table. */
const promotedBy = (by: string): Pattern => [
  `SecondaryPromoted ${by}`,
  'PrimaryOpened open/promoted',
  'ReplicationRestored restore/record',
];

/** The host of the primary is silent; nobody handed anything over. */
export const hostLost = interleaved(refusing, promotedBy('promote/host-silent'), repointed, rejoined);

/** The postmaster died under a living agent, which hands over (R7). */
export const handedOver = interleaved(
  refusing,
  ['PrimaryHandedOver hand-over/postmaster-died', promotedBy('promote/handed-over')],
  repointed,
  rejoined,
);

/** The endpoint, which kept its clients while nobody served, leads to the same primary again. */
export const ledBack = 'EndpointRepointed endpoint/repoint';

/** Nobody decided a promotion in time: the old primary, back behind its gate, takes its hand-over back (R7). */
export const withdrawn: Pattern = interleaved(repeated('FailoverWaiting wait/secondary-refuses'), ledBack, [
  'PrimaryHandedOver hand-over/postmaster-died',
  either('HandOverWithdrawn withdraw/confirm', [
    'HandOverWithdrawn withdraw/degrade',
    'ReplicationRestored restore/record',
  ]),
]);

/** A disk that fails while PostgreSQL looks alive: told, stopped, handed over; what it holds may be past a rewind (R7). */
export const grayHandedOver = interleaved(
  refusing,
  ['PrimaryTurnedGray', 'NodeFenced stop/gray', 'PrimaryHandedOver hand-over/gray', promotedBy('promote/handed-over')],
  repointed,
  rejoined,
);
