/**
 * What the workflow of one instance has had acknowledged in this life of the manager. It may be lost: every effect is
 * idempotent, and a restarted manager sends them again.
 */
export class Progress {
  readonly assignedNodes = new Set<string>();
  readonly assignedEndpoints = new Set<string>();
  readonly releasedNodes = new Set<string>();
  readonly releasedEndpoints = new Set<string>();
  accountEnsured = false;
  lastFailure: string | null = null;
  lastStep = '';
  onlyRecordLeftSinceMs: number | null = null;
}
