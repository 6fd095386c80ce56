import type { ApiRole } from '@tandem/contracts';
import { hashToken, Transient } from '@tandem/platform';
import type { StoredToken } from './stored-token';

export interface Caller {
  /** Of the token. */
  readonly id: string;
  readonly role: ApiRole;
}

export type TokenVerdict =
  | { readonly known: true; readonly caller: Caller }
  | { readonly known: false; readonly because: 'unknown' | 'expired' };

interface Entry {
  readonly caller: Caller;
  readonly validUntilMs: number;
}

/** The tokens in memory, so that the API answers while the control database is away. Holds hashes only. */
export class TokenBook {
  private entries: ReadonlyMap<string, Entry> | null = null;

  constructor(private readonly epochMs: () => number = Date.now) {}

  /** Replaces what is known. */
  load(tokens: readonly StoredToken[]): void {
    const entries = new Map<string, Entry>();
    for (const token of tokens.filter(({ revokedAt }) => revokedAt === null)) {
      const caller = { id: token.id, role: token.role };
      const endsMs = token.expiresAt?.getTime() ?? Infinity;
      const oldEndsMs = token.previousValidUntil?.getTime() ?? 0;
      if (token.previousHash) entries.set(token.previousHash, { caller, validUntilMs: Math.min(endsMs, oldEndsMs) });
      entries.set(token.hash, { caller, validUntilMs: endsMs });
    }
    this.entries = entries;
  }

  /** Throws Transient until the tokens have been read once. */
  look(presented: string): TokenVerdict {
    if (!this.entries) throw new Transient('catching-up', 'the tokens have not been read yet');
    const entry = this.entries.get(hashToken(presented));
    if (!entry) return { known: false, because: 'unknown' };
    if (entry.validUntilMs <= this.epochMs()) return { known: false, because: 'expired' };
    return { known: true, caller: entry.caller };
  }
}
