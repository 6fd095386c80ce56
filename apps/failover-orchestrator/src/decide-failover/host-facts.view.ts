import { hostFact, HostFact, HostId, subjects } from '@tandem/contracts';
import { Bus, json } from '@tandem/messaging';
import { monotonicMs } from '@tandem/platform';
import { Fact } from '@tandem/protocol';

/** The health-monitor's facts as they were last received; one that has expired is unknown (R14). */
export class HostFactsView {
  private readonly facts = new Map<HostId, { fact: HostFact; untilMs: number }>();

  /** @param onChange hears that a host's silence has changed. */
  constructor(bus: Bus, onChange: () => void) {
    bus.nc.subscribe(subjects.allHostFacts, {
      callback: (error, message) => {
        const parsed = error ? undefined : hostFact.safeParse(json.decode(message.data));
        if (!parsed?.success) return;
        const fact = parsed.data;
        const before = this.facts.get(fact.hostId)?.fact.silent;
        this.facts.set(fact.hostId, { fact, untilMs: monotonicMs() + fact.expiresInMs });
        if (before !== fact.silent) onChange();
      },
    });
  }

  silent(hostId: HostId): Fact {
    const known = this.facts.get(hostId);
    return known && monotonicMs() < known.untilMs ? known.fact.silent : 'unknown';
  }

  /** Where the host lies by its own session; undefined while it was never seen. */
  zone(hostId: HostId): string | undefined {
    return this.facts.get(hostId)?.fact.session?.zone;
  }

  /** Wall-clock, for people: since when a host whose silence is known has been silent. */
  silentSince(hostId: HostId): string | undefined {
    const known = this.facts.get(hostId);
    if (!known || this.silent(hostId) !== 'yes') return undefined;
    const receivedAgoMs = monotonicMs() - (known.untilMs - known.fact.expiresInMs);
    return new Date(Date.now() - receivedAgoMs - known.fact.silentMs).toISOString();
  }

  /** Hosts with the role whose session is not known to be silent. */
  withRole(role: 'database' | 'endpoint'): HostId[] {
    return [...this.facts.values()]
      .filter(({ fact }) => fact.session?.roles.includes(role) && this.silent(fact.hostId) !== 'yes')
      .map(({ fact }) => fact.hostId);
  }
}
