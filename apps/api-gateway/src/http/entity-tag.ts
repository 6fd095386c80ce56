import { Problem } from './problem';

/**
 * Of an instance: its revision, which counts what requests and workflows change of it. What changes by itself, such as
 * its status, does not count: a change that was decided on it would be refused for no reason.
 */
export const entityTag = (revision: number): string => `"r${revision}"`;

/** The revision that If-Match names; none for `*`. A tag that this API never gave is one that has passed. */
export function basedOn(ifMatch: string): { revision?: number } {
  const text = ifMatch.trim();
  if (text === '*') return {};
  if (!/^(W\/)?"[\x21\x23-\x7e]*"$/.test(text)) {
    throw new Problem('invalid-request', 'Not valid: If-Match.', {
      errors: [{ field: 'If-Match', message: 'must be one entity tag in quotes, or *' }],
    });
  }
  const [, revision] = /^"r(\d{1,9})"$/.exec(text) ?? [];
  return { revision: revision === undefined ? -1 : Number(revision) };
}
