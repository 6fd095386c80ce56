import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from './secret';

/** A new bearer token with 256 random bits: too many to guess, so a plain SHA-256 of it may be stored. */
export const newToken = (): Secret => new Secret(`tandem_${randomBytes(32).toString('base64url')}`);

/** What is stored instead of the token, as 64 hexadecimal digits. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Compares in constant time, whatever the lengths. */
export function tokenMatches(presented: string, storedHash: string): boolean {
  const expected = Buffer.from(storedHash, 'hex');
  const actual = Buffer.from(hashToken(presented), 'hex');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
