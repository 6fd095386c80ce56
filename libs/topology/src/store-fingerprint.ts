/** What a client remembers of the store, to notice that it is no longer the one that acknowledged its writes (R12). */
export interface StoreFingerprint {
  /** Identity of each server by its name; an identity is new with each start of the server. */
  readonly servers: Readonly<Record<string, string>>;
  readonly streamCreated: string;
  /** The greatest sequence that this client has seen acknowledged, read or delivered. */
  readonly lastSeq: number;
}

export type ResetReason =
  | 'server-restarted'
  | 'stream-missing'
  | 'stream-recreated'
  | 'sequence-went-back'
  | 'version-mismatch'
  | 'subject-missing';

export interface StoreReset {
  readonly reason: ResetReason;
  /** False for a restarted server that still holds all that this client has seen: others may have seen more. */
  readonly proven: boolean;
  /** For people: what was expected and what was found. */
  readonly detail: string;
}

const reset = (reason: ResetReason, detail: string): StoreReset => ({
  reason,
  proven: reason !== 'server-restarted',
  detail,
});

/**
 * R12: what a look at the store (`after`; null = the stream is missing) says against what was known (`before`); null
 * when nothing speaks against it. With one replica an unknown server is a restarted one; a cluster has several names.
 */
export function compareFingerprints(
  before: StoreFingerprint,
  after: StoreFingerprint | null,
  replicas: number,
): StoreReset | null {
  if (after === null) return reset('stream-missing', `the stream created at ${before.streamCreated} is gone`);
  if (after.streamCreated !== before.streamCreated)
    return reset('stream-recreated', `created at ${after.streamCreated}, known as ${before.streamCreated}`);
  if (after.lastSeq < before.lastSeq)
    return reset('sequence-went-back', `last sequence ${after.lastSeq}, seen ${before.lastSeq}`);
  for (const [name, id] of Object.entries(after.servers)) {
    const known = replicas === 1 ? Object.values(before.servers).includes(id) : (before.servers[name] ?? id) === id;
    if (!known) return reset('server-restarted', `server ${name} has the new identity ${id}`);
  }
  return null;
}

/** The fingerprint to remember after a look that was found, or accepted as, the same store. */
export function mergeFingerprints(
  before: StoreFingerprint,
  after: StoreFingerprint,
  replicas: number,
): StoreFingerprint {
  return replicas === 1 ? after : { ...after, servers: { ...before.servers, ...after.servers } };
}

export const mismatch = (detail: string): StoreReset => reset('version-mismatch', detail);
export const subjectMissing = (detail: string): StoreReset => reset('subject-missing', detail);
export const wentBack = (detail: string): StoreReset => reset('sequence-went-back', detail);
