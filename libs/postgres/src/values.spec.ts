import fc from 'fast-check';
import { bytesBetween } from './local-wal';
import { formatLsn, hasReached, laterLsn, parseLsn } from './lsn';
import { isScramVerifier, makeScramVerifier } from './scram-verifier';

describe('LSNs', () => {
  it('come back as they were printed', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (position) => parseLsn(formatLsn(position)) === position));
  });

  it('are compared as numbers, not as text', () => {
    expect(laterLsn('0/A000000', '0/9000000')).toBe('0/A000000');
    expect(laterLsn('A/0', '10/0')).toBe('10/0');
    expect(laterLsn(null, '0/1')).toBe('0/1');
    expect(bytesBetween('0/10', '1/0')).toBe(2 ** 32 - 16);
    expect(bytesBetween('1/0', '0/10')).toBe(0);
  });

  it('have not reached anything while unknown (R14)', () => {
    expect([hasReached(null, '0/1'), hasReached('0/1', '0/1'), hasReached('0/1', '0/2')]).toEqual([false, true, false]);
  });

  it('refuse what is none', () => expect(() => parseLsn('0-1')).toThrow(RangeError));
});

describe('a SCRAM verifier', () => {
  it('equals that of RFC 7677 for its password and salt', () => {
    const verifier = makeScramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(verifier).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
    expect(isScramVerifier(verifier)).toBe(true);
  });

  it('is salted, and a password is not taken for one', () => {
    expect(makeScramVerifier('x')).not.toBe(makeScramVerifier('x'));
    expect(isScramVerifier('pencil')).toBe(false);
  });
});
