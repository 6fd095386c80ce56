import { HostFact, subjects } from '@tandem/contracts';
import { Bus, json } from '@tandem/messaging';
import { HostVerdicts, SessionObserver } from '@tandem/topology';

/** Facts come with each poll of the store, every 100 ms; five missing in a row mean that nobody observes (R14). */
const FACT_EXPIRES_MS = 500;

/**
 * Turns observations of host sessions into facts with an expiry, on core NATS. It decides nothing: while it is away the
 * facts expire and are unknown, and unknown never leads to a promotion (R14).
 */
export class HostFactsPublisher {
  private readonly observer: SessionObserver;
  private publishedAtLeastOnce = false;

  constructor(
    private readonly bus: Bus,
    private readonly observerName: string,
  ) {
    this.observer = new SessionObserver(bus.nc, (verdicts) => this.publish(verdicts));
  }

  get observing(): boolean {
    return this.publishedAtLeastOnce;
  }

  /** What is made of each host at this moment. */
  get verdicts(): HostVerdicts {
    return this.observer.verdicts();
  }

  start(): void {
    this.observer.start();
  }

  stop(): Promise<void> {
    return this.observer.stop();
  }

  private publish(verdicts: HostVerdicts): void {
    this.publishedAtLeastOnce = true;
    // A fact that waits in the client's buffer for a reconnect would be a lie by then.
    if (!this.bus.connected) return;
    for (const [hostId, verdict] of verdicts) {
      const fact: HostFact = { hostId, ...verdict, observer: this.observerName, expiresInMs: FACT_EXPIRES_MS };
      this.bus.nc.publish(subjects.hostFact(hostId), json.encode(fact));
    }
  }
}
