import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Permanent } from './errors';
import { Secret } from './secret';

/** A new bearer token with 256 random bits: too many to guess, so a plain SHA-256 of it may be stored. */
export const newToken = (): Secret => new Secret(`tandem_${randomBytes(32).toString('base64url')}`);

/** What is stored instead of the token, as 64 hexadecimal digits. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The beginning of the hash: tells tokens apart without telling them. */
export const fingerprintOf = (hash: string): string => hash.slice(0, 12);

const initialTokens = z.array(
  z.object({
    id: z.string().regex(/^tok-[a-z0-9]{1,12}$/),
    name: z.string().min(1),
    role: z.enum(['viewer', 'operator', 'admin']),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);
/** A token that the launcher makes at its first start; the gateway takes it up under its id once, and never again. */
export type InitialToken = z.infer<typeof initialTokens>[number];

/** Reads the launcher's file. Throws Permanent `configuration-invalid`. */
export function parseInitialTokens(text: string, path: string): InitialToken[] {
  try {
    return initialTokens.parse(JSON.parse(text));
  } catch (cause) {
    throw new Permanent('configuration-invalid', `${path} holds no list of tokens`, { cause });
  }
}
