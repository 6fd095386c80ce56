import { Backoff, pause } from '@tandem/platform';
import { streams } from '@tandem/contracts';
import { JetStreamManager, NatsConnection } from 'nats';
import { isStreamNotFound, unreachable } from './nats-failure';
import { StoreFingerprint, StoreReset, compareFingerprints, mergeFingerprints } from './store-fingerprint';
import { OnReset } from './topology-store';

/** A missing stream or a lower sequence is believed when a second look, this much later, says the same (ms). */
const CONFIRM_MS = 200;

/**
 * Whether the store is still the one that acknowledged this client's writes (R12). Looks again after each reconnect,
 * before the first compare-and-set goes to the server found there, and tells the owner what it noticed.
 */
export class StoreContinuity {
  private known: StoreFingerprint;
  private lookedAtServer: string | undefined;
  private refused = false;
  private looking: Promise<void> | undefined;
  private turn: Promise<void> = Promise.resolve();
  private readonly stopped = new AbortController();

  constructor(
    private readonly nc: NatsConnection,
    private readonly jsm: JetStreamManager,
    private readonly options: {
      readonly replicas: number;
      readonly onReset: OnReset;
      readonly first: StoreFingerprint;
    },
  ) {
    this.known = options.first;
    void this.lookAfterReconnects();
  }

  /** Told of each sequence that was acknowledged, read or delivered. */
  saw(seq: number): void {
    if (seq > this.known.lastSeq) this.known = { ...this.known, lastSeq: seq };
  }

  fingerprint(): StoreFingerprint {
    return this.known;
  }

  /** Whether a CAS may be sent to the server that this client is connected to at this moment; decided within the time. */
  async admits(withinMs: number): Promise<'yes' | 'store-reset' | 'not-sent'> {
    if (!this.isConnected()) return 'not-sent';
    if (this.refused) return 'store-reset';
    if (this.nc.info?.server_id === this.lookedAtServer) return 'yes';
    await Promise.race([this.look().catch(() => undefined), pause(withinMs)]);
    if (this.refused) return 'store-reset';
    return this.isConnected() && this.nc.info?.server_id === this.lookedAtServer ? 'yes' : 'not-sent';
  }

  /** Tells the owner of a reset and, where it says so, refuses every compare-and-set until `accept`. */
  report(reset: StoreReset): void {
    if (this.options.onReset(reset) === 'refuse') this.refused = true;
  }

  /** Takes the store as it stands now for the one to compare with. */
  accept(): Promise<void> {
    return this.inTurn(() => this.acceptNow());
  }

  /** Compares the store with what is known; one look at a time. Throws Transient when it does not answer. */
  look(): Promise<void> {
    this.looking ??= this.inTurn(() => this.compare()).finally(() => (this.looking = undefined));
    return this.looking;
  }

  stop(): void {
    this.stopped.abort();
  }

  private async acceptNow(): Promise<void> {
    const { fingerprint, serverId } = await this.fetch();
    if (!fingerprint) throw unreachable('stream is missing', undefined);
    this.known = fingerprint;
    this.lookedAtServer = serverId;
    this.refused = false;
  }

  /** A look that began before a reset was accepted would compare with what was known before, and refuse again. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.turn.then(task);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async compare(): Promise<void> {
    const first = await this.lookOnce();
    const doubtful = first.reset?.reason === 'stream-missing' || first.reset?.reason === 'sequence-went-back';
    if (doubtful) await pause(CONFIRM_MS, this.stopped.signal);
    const { reset, fingerprint, serverId } = doubtful ? await this.lookOnce() : first;
    if (this.stopped.signal.aborted) return;
    if (reset) this.report(reset);
    if (fingerprint) this.adopt(fingerprint, reset?.proven ?? false);
    this.lookedAtServer = serverId;
  }

  private async lookOnce() {
    // What is acknowledged while the look is on its way may be missing in its answer.
    const before = this.known;
    const { fingerprint, serverId } = await this.fetch();
    return { reset: compareFingerprints(before, fingerprint, this.options.replicas), fingerprint, serverId };
  }

  /** After a proven reset the sequences count from what was found; else what was acknowledged meanwhile stays known. */
  private adopt(found: StoreFingerprint, proven: boolean): void {
    const merged = mergeFingerprints(this.known, found, this.options.replicas);
    this.known = proven ? found : { ...merged, lastSeq: Math.max(merged.lastSeq, this.known.lastSeq) };
  }

  private async fetch(): Promise<{ fingerprint: StoreFingerprint | null; serverId: string | undefined }> {
    const server = this.nc.info;
    try {
      const { created, state } = await this.jsm.streams.info(streams.topology);
      const servers = server ? { [server.server_name]: server.server_id } : {};
      const fingerprint = { servers, streamCreated: String(created), lastSeq: state.last_seq };
      return { fingerprint, serverId: server?.server_id };
    } catch (error) {
      if (isStreamNotFound(error)) return { fingerprint: null, serverId: server?.server_id };
      throw unreachable('information on the stream', error);
    }
  }

  private isConnected(): boolean {
    return !this.nc.isClosed() && this.nc.info !== undefined;
  }

  private async lookAfterReconnects(): Promise<void> {
    for await (const status of this.nc.status()) {
      if (this.stopped.signal.aborted) return;
      if (status.type === 'reconnect') void this.lookUntilAnswered();
    }
  }

  /** Ends with the first answered look; the pauses between failed ones grow to 1 s. */
  private async lookUntilAnswered(): Promise<void> {
    const backoff = new Backoff({ minMs: 20, maxMs: 1000 });
    while (!this.stopped.signal.aborted && !this.nc.isClosed()) {
      const answered = await this.look().then(
        () => true,
        () => false,
      );
      if (answered) return;
      await backoff.pause(this.stopped.signal);
    }
  }
}
