import { interleaved, maybe, Pattern } from './event-pattern';

/** What a failover that got through tells besides the versions: the endpoint's word, and the sum of its steps. */
export const repointed: Pattern = ['EndpointRepointed endpoint/repoint', 'FailoverCompleted'];

/**
 * The old primary comes back as a secondary (R9). Where its agent lived it may have begun to recover behind its gate,
 * and stops again when it reads of the new epoch.
 */
const rejoined: Pattern = [maybe('NodeFenced demote/another-primary'), 'NodeRejoined rejoin/rewind'];

/** From the epoch's CAS to a whole pair again. `by` is the row of the failover table. */
export const failedOver = (by: string): Pattern =>
  interleaved(
    [`SecondaryPromoted ${by}`, 'PrimaryOpened open/promoted', 'ReplicationRestored restore/record'],
    repointed,
    rejoined,
  );
