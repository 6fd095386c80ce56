/** PostgreSQL prints a WAL position as two hexadecimal halves of 64 bits, without leading zeroes. */
export function parseLsn(text: string): bigint {
  const match = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
  if (!match) throw new RangeError(`not an LSN: ${text}`);
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`);
}

export function formatLsn(position: bigint): string {
  const half = (value: bigint) => value.toString(16).toUpperCase();
  return `${half(position >> 32n)}/${half(position & 0xffff_ffffn)}`;
}

/** The later of two positions; a missing one counts as the earliest. */
export function laterLsn(a: string | null, b: string | null): string {
  const value = (lsn: string | null) => (lsn === null ? 0n : parseLsn(lsn));
  return formatLsn(value(a) > value(b) ? value(a) : value(b));
}

/** Whether `lsn` has got to `target` or beyond; unknown is no (R14). */
export function hasReached(lsn: string | null, target: string): boolean {
  return lsn !== null && parseLsn(lsn) >= parseLsn(target);
}
