import { InstanceId } from '@tandem/contracts';
import { Transient } from '@tandem/platform';
import { checkChange } from './check-change';
import { assertRetired, purgeBound } from './purge-record';
import { decodeRecord, encodeRecord } from './record-codec';
import { StoreReset, mismatch, wentBack } from './store-fingerprint';
import { CasAnswer, CompareAndSet, OnReset, RecordVersion, TopologyStore, Watch } from './topology-store';

interface Listener {
  readonly what: InstanceId | 'all';
  readonly onVersion: (version: RecordVersion) => void;
}

const roundTrip = (version: RecordVersion): RecordVersion => ({
  seq: version.seq,
  record: decodeRecord(encodeRecord(version.record), `sequence ${version.seq}`),
});

/**
 * The record store in memory for pure tests: the same answers as on JetStream (the conformance suite proves it), with
 * a store that can freeze and go back. It is no store for production.
 */
export class MemoryTopology {
  private versions: RecordVersion[] = [];
  private lastSeq = 0;
  private frozen: (() => void)[] | null = null;
  private readonly listeners = new Set<Listener>();
  private readonly clients = new Set<MemoryTopologyStore>();

  open(onReset: OnReset): TopologyStore {
    const client = new MemoryTopologyStore(this, onReset);
    this.clients.add(client);
    return client;
  }

  /** From now on nothing is answered; compare-and-sets wait and land at `thaw`, in their order. */
  freeze(): void {
    this.frozen ??= [];
  }

  thaw(): void {
    const waiting = this.frozen ?? [];
    this.frozen = null;
    for (const land of waiting) land();
  }

  /** A copy to go back to. */
  backup(): () => void {
    const copy = { versions: [...this.versions], lastSeq: this.lastSeq };
    return () => {
      const lost = this.lastSeq - copy.lastSeq;
      ({ versions: this.versions, lastSeq: this.lastSeq } = copy);
      for (const client of this.clients) client.notice(lost);
    };
  }

  answers(): void {
    if (this.frozen) throw new Transient('topology-store-unreachable', 'the topology store did not answer: frozen');
  }

  isFrozen(): boolean {
    return this.frozen !== null;
  }

  later(land: () => void): void {
    this.frozen?.push(land);
  }

  of(instanceId: InstanceId): RecordVersion[] {
    return this.versions.filter((version) => version.record.instanceId === instanceId);
  }

  at(seq: number): RecordVersion | null {
    return this.versions.find((version) => version.seq === seq) ?? null;
  }

  newest(): RecordVersion[] {
    return [...new Map(this.versions.map((version) => [version.record.instanceId, version])).values()];
  }

  /** The whole compare-and-set in one step; null when another version came first. */
  land({ based, next }: CompareAndSet): RecordVersion | null {
    if ((this.of(next.instanceId).at(-1)?.seq ?? 0) !== (based?.seq ?? 0)) return null;
    const version = roundTrip({ seq: (this.lastSeq += 1), record: next });
    this.versions.push(version);
    for (const listener of this.listeners) this.tell(listener, version);
    return version;
  }

  drop(instanceId: InstanceId, belowSeq: number): void {
    this.versions = this.versions.filter(
      (version) => version.record.instanceId !== instanceId || version.seq >= belowSeq,
    );
  }

  listen(listener: Listener): Watch {
    this.listeners.add(listener);
    for (const version of this.newest()) this.tell(listener, version);
    return { ready: Promise.resolve(), stop: async () => void this.listeners.delete(listener) };
  }

  private tell(listener: Listener, version: RecordVersion): void {
    if (listener.what !== 'all' && listener.what !== version.record.instanceId) return;
    queueMicrotask(() => this.listeners.has(listener) && listener.onVersion(version));
  }
}

/** One client of a MemoryTopology, with its own memory of resets. */
class MemoryTopologyStore implements TopologyStore {
  private refused = false;

  constructor(
    private readonly topology: MemoryTopology,
    private readonly onReset: OnReset,
  ) {}

  async read(instanceId: InstanceId): Promise<RecordVersion | null> {
    this.topology.answers();
    return this.topology.of(instanceId).at(-1) ?? null;
  }

  async readAt(seq: number): Promise<RecordVersion | null> {
    this.topology.answers();
    return this.topology.at(seq);
  }

  async cas(change: CompareAndSet): Promise<CasAnswer> {
    checkChange(change);
    if (this.refused) return { outcome: 'refused', reason: 'store-reset' };
    if (this.topology.isFrozen()) {
      this.topology.later(() => this.topology.land(change));
      return { outcome: 'unanswered', cause: new Error('the store is frozen') };
    }
    const before = change.based && this.topology.at(change.based.seq);
    const version = this.topology.land(change);
    const lastSeq = this.topology.of(change.next.instanceId).at(-1)?.seq;
    if (!version) return { outcome: 'refused', reason: 'sequence', lastSeq };
    if (!before || !change.based) return { outcome: 'done', version, before: 'absent' };
    if (before.record.id === change.based.record.id) return { outcome: 'done', version, before: 'same' };
    this.report(mismatch(`sequence ${before.seq} holds version ${before.record.id}`));
    return { outcome: 'store-went-back', version, foundId: before.record.id };
  }

  watch(what: InstanceId | 'all', onVersion: (version: RecordVersion) => void): Watch {
    return this.topology.listen({ what, onVersion });
  }

  async purgeLogged(instanceId: InstanceId, belowSeq: number): Promise<void> {
    this.topology.answers();
    const sequences = this.topology.of(instanceId).map((version) => version.seq);
    this.topology.drop(instanceId, purgeBound(sequences, belowSeq));
  }

  async remove(instanceId: InstanceId): Promise<void> {
    const last = await this.read(instanceId);
    if (!last) return;
    assertRetired(last);
    this.topology.drop(instanceId, last.seq + 1);
  }

  async acceptReset(): Promise<void> {
    this.refused = false;
  }

  async close(): Promise<void> {}

  /** The server came back with an older copy, `lost` sequences shorter. */
  notice(lost: number): void {
    if (lost > 0) this.report(wentBack(`${lost} sequences are gone`));
  }

  private report(reset: StoreReset): void {
    if (this.onReset(reset) === 'refuse') this.refused = true;
  }
}
