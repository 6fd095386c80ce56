import { hostFact, subjects } from '@tandem/contracts';
import { HostBook, KnownHost } from '@tandem/lifecycle';
import { Bus, json } from '@tandem/messaging';
import { monotonicMs } from '@tandem/platform';

/** What the health-monitor says about the hosts; without it every host is unknown (R14). */
export class HostFacts {
  private readonly book = new HostBook();

  constructor(bus: Bus) {
    bus.nc.subscribe(subjects.allHostFacts, {
      callback: (error, message) => {
        const fact = error ? null : hostFact.safeParse(json.decode(message.data));
        if (fact?.success) this.book.record(fact.data, monotonicMs());
      },
    });
  }

  hosts(): KnownHost[] {
    return this.book.hosts(monotonicMs());
  }
}
