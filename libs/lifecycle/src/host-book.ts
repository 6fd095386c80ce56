import type { HostFact, HostSession } from '@tandem/contracts';

export type HostState = 'live' | 'silent' | 'unknown';

export interface KnownHost {
  readonly hostId: string;
  readonly zone: string;
  readonly roles: HostSession['roles'];
  readonly address: string;
  readonly state: HostState;
}

interface Entry {
  readonly session: HostSession;
  readonly silent: HostFact['silent'];
  readonly validUntilMs: number;
}

/**
 * The latest fact about each host. A fact counts until it expires on the monotonic clock of whoever keeps the book;
 * after that the host is unknown, which is never taken for alive (R14).
 */
export class HostBook {
  private readonly entries = new Map<string, Entry>();

  /** `nowMs` is the keeper's monotonic clock, in milliseconds. */
  record(fact: HostFact, nowMs: number): void {
    const session = fact.session ?? this.entries.get(fact.hostId)?.session;
    if (!session) return;
    this.entries.set(fact.hostId, { session, silent: fact.silent, validUntilMs: nowMs + fact.expiresInMs });
  }

  /** Every host that was ever seen, by id; `nowMs` is the same clock as in `record`. */
  hosts(nowMs: number): KnownHost[] {
    return [...this.entries.keys()].sort().flatMap((hostId) => this.host(hostId, nowMs) ?? []);
  }

  host(hostId: string, nowMs: number): KnownHost | undefined {
    const entry = this.entries.get(hostId);
    if (!entry) return undefined;
    const { zone, roles, address } = entry.session;
    return { hostId, zone, roles, address, state: stateOf(entry, nowMs) };
  }
}

function stateOf(entry: Entry, nowMs: number): HostState {
  if (nowMs > entry.validUntilMs) return 'unknown';
  if (entry.silent === 'no') return 'live';
  return entry.silent === 'yes' ? 'silent' : 'unknown';
}
