/** What a program that runs `tandem` can rely on; printed by `tandem help`. */
export const exitCodes = {
  ok: 0,
  /** Refused or failed: the problem is on stderr (with --json: on stdout, as the API sent it). */
  failed: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  unauthenticated: 5,
  /** `--wait` gave up; the operation goes on. */
  waitedTooLong: 6,
  /** The token is valid, and its role does not allow it. */
  forbidden: 7,
} as const;
