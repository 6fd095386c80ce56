import { HostSession } from '@tandem/contracts';
import { monotonicMs, pause } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import { JetStreamClient, NatsConnection } from 'nats';
import { sessionSubject } from './store-streams';

/** How soon a client without a connection looks again whether it has one, ms: a renewal must not wait for the next beat. */
const OFFLINE_MS = 50;

export interface SessionHolderOptions {
  readonly nc: NatsConnection;
  readonly session: Omit<HostSession, 'beat'>;
  /** Told of each acknowledged renewal: the guard's local lease is renewed from here (R6). */
  readonly onRenewed?: () => void;
  readonly clock?: () => number;
}

/** Holds the session of one host: an acknowledged write each 250 ms for as long as the agent lives. */
export class SessionHolder {
  private readonly js: JetStreamClient;
  private readonly clock: () => number;
  private readonly stopped = new AbortController();
  private running: Promise<void> | undefined;
  private acknowledgedSentAtMs: number;
  private beat = 0;

  constructor(private readonly options: SessionHolderOptions) {
    this.js = options.nc.jetstream();
    this.clock = options.clock ?? monotonicMs;
    this.acknowledgedSentAtMs = this.clock();
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Leaves the session to its silence: an agent that ends in order is no reason to hurry anybody. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /**
   * R6: how long ago the last renewal that was acknowledged was *sent*, ms on the monotonic clock; since the
   * construction of this object where none was. The sending counts, as the write may be as old as that.
   */
  lastAcknowledgedAgeMs(): number {
    return this.clock() - this.acknowledgedSentAtMs;
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted && !this.options.nc.isClosed()) {
      const sentAtMs = this.clock();
      const sent = this.options.nc.info !== undefined;
      // What is published without a connection is buffered and would renew the session at a later time.
      if (sent && (await this.renew())) {
        this.acknowledgedSentAtMs = sentAtMs;
        this.options.onRenewed?.();
      }
      const left = sentAtMs + timings.sessionRenew - this.clock();
      await pause(sent ? Math.max(left, 0) : OFFLINE_MS, this.stopped.signal);
    }
  }

  private async renew(): Promise<boolean> {
    this.beat += 1;
    const session: HostSession = { ...this.options.session, beat: this.beat };
    try {
      await this.js.publish(sessionSubject(session.hostId), JSON.stringify(session), { timeout: timings.casTimeout });
      return true;
    } catch {
      // The age grows; what follows from that is decided by whoever asks for it (R6).
      return false;
    }
  }
}
