import { rejected, Result } from '@tandem/platform';

/** The refusal of what was decided on an older revision than the present one; null when that fits, or none was named. */
export function staleRevision(
  based: number | undefined,
  present: number,
): Extract<Result<never>, { ok: false }> | null {
  if (based === undefined || based === present) return null;
  return rejected('revision-stale', `The instance is at revision ${present}, not ${based}.`, { revision: present });
}
