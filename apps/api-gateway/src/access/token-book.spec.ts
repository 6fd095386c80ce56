import { hashToken } from '@tandem/platform';
import type { StoredToken } from './stored-token';
import { TokenBook } from './token-book';

const stored = (more: Partial<StoredToken> = {}): StoredToken => ({
  id: 'tok-a',
  name: 'a',
  role: 'operator',
  hash: hashToken('secret'),
  previousHash: null,
  previousValidUntil: null,
  createdAt: new Date(0),
  rotatedAt: null,
  expiresAt: null,
  revokedAt: null,
  ...more,
});

describe('TokenBook', () => {
  let nowMs = 0;
  const book = (...tokens: StoredToken[]) => {
    const made = new TokenBook(() => nowMs);
    made.load(tokens);
    return made;
  };
  beforeEach(() => (nowMs = 1_000));

  it('knows a token by its hash', () => {
    expect(book(stored()).look('secret')).toEqual({ known: true, caller: { id: 'tok-a', role: 'operator' } });
    expect(book(stored()).look('Secret')).toEqual({ known: false, because: 'unknown' });
    expect(book(stored()).look('')).toEqual({ known: false, because: 'unknown' });
  });

  it('knows nobody before it has been read, and does not take that for a wrong token', () => {
    expect(() => new TokenBook().look('secret')).toThrow(expect.objectContaining({ kind: 'transient' }));
  });

  it('ends a token at its time', () => {
    const ends = book(stored({ expiresAt: new Date(2_000) }));
    expect(ends.look('secret').known).toBe(true);
    nowMs = 2_000;
    expect(ends.look('secret')).toEqual({ known: false, because: 'expired' });
  });

  it('lets the old secret go on until its time, and not beyond the end of the token itself', () => {
    const old = { previousHash: hashToken('old'), previousValidUntil: new Date(3_000) };
    expect(book(stored(old)).look('old').known).toBe(true);
    expect(book(stored({ ...old, expiresAt: new Date(500) })).look('old').known).toBe(false);
    nowMs = 3_000;
    expect(book(stored(old)).look('old')).toEqual({ known: false, because: 'expired' });
    expect(book(stored(old)).look('secret').known).toBe(true);
  });

  it('forgets a revoked token with both of its secrets', () => {
    const revoked = book(stored({ revokedAt: new Date(1), previousHash: hashToken('old') }));
    expect([revoked.look('secret').known, revoked.look('old').known]).toEqual([false, false]);
  });
});
