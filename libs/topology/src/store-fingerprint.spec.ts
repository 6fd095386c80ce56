import { StoreFingerprint, compareFingerprints, mergeFingerprints } from './store-fingerprint';

const known: StoreFingerprint = { servers: { n1: 'id-1' }, streamCreated: '2026-01-01', lastSeq: 10 };

describe('the fingerprint of the store (R12)', () => {
  it.each([
    ['the same store', known, null, undefined],
    ['a store that went on', { ...known, lastSeq: 11 }, null, undefined],
    ['a missing stream', null, 'stream-missing', true],
    [
      'a stream made anew, even if it is longer',
      { ...known, streamCreated: 'x', lastSeq: 99 },
      'stream-recreated',
      true,
    ],
    ['a lower sequence', { ...known, lastSeq: 9 }, 'sequence-went-back', true],
    [
      'a lower sequence on a restarted server',
      { ...known, servers: { n1: 'id-2' }, lastSeq: 9 },
      'sequence-went-back',
      true,
    ],
    [
      'a restarted server that holds all that was seen',
      { ...known, servers: { n1: 'id-2' } },
      'server-restarted',
      false,
    ],
    [
      'a nameless server, whose name is new with each start',
      { ...known, servers: { 'id-2': 'id-2' } },
      'server-restarted',
      false,
    ],
  ])('judges %s', (_what, after, reason, proven) => {
    const reset = compareFingerprints(known, after, 1);
    expect(reset?.reason ?? null).toBe(reason);
    expect(reset?.proven).toBe(proven);
  });

  it('takes another server of a cluster for no restart, but a known name with a new identity for one', () => {
    expect(compareFingerprints(known, { ...known, servers: { n2: 'id-9' } }, 3)).toBeNull();
    expect(compareFingerprints(known, { ...known, servers: { n1: 'id-9' } }, 3)?.reason).toBe('server-restarted');
  });

  it('remembers every server of a cluster, and only the last one of a single server', () => {
    const other = { ...known, servers: { n2: 'id-9' } };
    expect(mergeFingerprints(known, other, 3).servers).toEqual({ n1: 'id-1', n2: 'id-9' });
    expect(mergeFingerprints(known, other, 1).servers).toEqual({ n2: 'id-9' });
  });
});
