import type { HostFact, HostSession } from '@tandem/contracts';
import { HostBook } from './host-book';

const session: HostSession = {
  hostId: 'host-a1',
  zone: 'zone-a',
  roles: ['database'],
  address: '127.0.1.11',
  bootId: 'boot',
  agentPid: 2,
  beat: 1,
};
const fact = (silent: HostFact['silent'], more: Partial<HostFact> = {}): HostFact => ({
  hostId: 'host-a1',
  silent,
  silentMs: 0,
  session,
  observer: 'monitor-1',
  expiresInMs: 1_000,
  ...more,
});

describe('HostBook', () => {
  it.each([
    ['no', 'live'],
    ['yes', 'silent'],
    ['unknown', 'unknown'],
  ] as const)('reads silent=%s as %s', (silent, state) => {
    const book = new HostBook();
    book.record(fact(silent), 0);
    expect(book.host('host-a1', 1_000)).toMatchObject({ state, zone: 'zone-a' });
  });

  it('takes an expired fact for unknown, never for alive (R14)', () => {
    const book = new HostBook();
    book.record(fact('no'), 0);
    expect(book.host('host-a1', 1_001)?.state).toBe('unknown');
  });

  it('remembers where a host lies when its session is gone', () => {
    const book = new HostBook();
    book.record(fact('no'), 0);
    book.record(fact('yes', { session: null }), 500);
    expect(book.hosts(600)).toMatchObject([{ hostId: 'host-a1', address: '127.0.1.11', state: 'silent' }]);
  });

  it('lists no host that it was never told the place of', () => {
    const book = new HostBook();
    book.record(fact('yes', { session: null }), 0);
    expect(book.hosts(0)).toEqual([]);
  });
});
