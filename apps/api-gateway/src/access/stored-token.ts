import { ApiRole, TokenView } from '@tandem/contracts';
import { fingerprintOf } from '@tandem/platform';

/** A row of api_tokens. */
export interface StoredToken {
  readonly id: string;
  readonly name: string;
  readonly role: ApiRole;
  readonly hash: string;
  readonly previousHash: string | null;
  readonly previousValidUntil: Date | null;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export const storedTokenColumns = `id, name, role, hash, previous_hash AS "previousHash",
  previous_valid_until AS "previousValidUntil", created_at AS "createdAt", rotated_at AS "rotatedAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

export function tokenView(token: StoredToken, epochMs: number): TokenView {
  const expired = token.expiresAt !== null && token.expiresAt.getTime() <= epochMs;
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    fingerprint: fingerprintOf(token.hash),
    createdAt: token.createdAt.toISOString(),
    rotatedAt: token.rotatedAt?.toISOString() ?? null,
    expiresAt: token.expiresAt?.toISOString() ?? null,
    status: token.revokedAt ? 'revoked' : expired ? 'expired' : 'valid',
  };
}
