import { InstanceId, streams, subjects } from '@tandem/contracts';
import { JetStreamManager, NatsConnection, StoredMsg } from 'nats';
import { CasParts, compareAndSet } from './compare-and-set';
import { LeaderReader } from './leader-reader';
import { unreachable } from './nats-failure';
import { assertRetired, purgeLogged } from './purge-record';
import { decodeRecord } from './record-codec';
import { RecordWatch } from './record-watch';
import { StoreFingerprint, subjectMissing, wentBack } from './store-fingerprint';
import { CasAnswer, CompareAndSet, RecordVersion, TopologyStore, Watch } from './topology-store';

export interface StoreParts extends CasParts {
  readonly nc: NatsConnection;
  /** Reads and administration, with the time limit of a read. */
  readonly jsm: JetStreamManager;
  readonly replicas: number;
  readonly onUnreadable: (error: unknown) => void;
}

/** The record store on JetStream; made by `openTopologyStore`. */
export class NatsTopologyStore implements TopologyStore {
  private readonly reader: LeaderReader;
  private readonly newest = new Map<InstanceId, RecordVersion>();
  private readonly watches = new Set<Watch>();

  constructor(private readonly parts: StoreParts) {
    this.reader = new LeaderReader(parts.jsm, streams.topology);
  }

  async read(instanceId: InstanceId): Promise<RecordVersion | null> {
    const known = this.newest.get(instanceId);
    const message = await this.reader.last(subjects.topology(instanceId));
    this.suspect(instanceId, known, message);
    return message && this.noted(message);
  }

  async readAt(seq: number): Promise<RecordVersion | null> {
    const message = await this.reader.at(seq);
    return message && { seq, record: decodeRecord(message.data, `sequence ${seq}`) };
  }

  async cas(change: CompareAndSet): Promise<CasAnswer> {
    const answer = await compareAndSet(this.parts, change);
    if (answer.outcome === 'done') this.note(answer.version);
    return answer;
  }

  watch(what: InstanceId | 'all', onVersion: (version: RecordVersion) => void): Watch {
    const { nc, jsm, onUnreadable } = this.parts;
    const watch = new RecordWatch({ nc, jsm, onUnreadable, saw: (version) => this.note(version) }, what, onVersion);
    this.watches.add(watch);
    return watch;
  }

  purgeLogged(instanceId: InstanceId, belowSeq: number): Promise<void> {
    return purgeLogged(this.parts.nc, this.parts.jsm, { instanceId, belowSeq });
  }

  async remove(instanceId: InstanceId): Promise<void> {
    const last = await this.read(instanceId);
    if (!last) return;
    assertRetired(last);
    const filter = subjects.topology(instanceId);
    await this.parts.jsm.streams.purge(streams.topology, { filter, seq: last.seq + 1 }).catch((error: unknown) => {
      throw unreachable(`removal of ${filter}`, error);
    });
    this.newest.delete(instanceId);
  }

  async acceptReset(): Promise<void> {
    this.newest.clear();
    await this.parts.continuity.accept();
  }

  async close(): Promise<void> {
    this.parts.continuity.stop();
    await Promise.all([...this.watches].map((watch) => watch.stop()));
  }

  /** What a restarted client needs to notice a reset that happened while it was away: `known` of openTopologyStore. */
  fingerprint(): StoreFingerprint {
    return this.parts.continuity.fingerprint();
  }

  private noted(message: StoredMsg): RecordVersion {
    const version = { seq: message.seq, record: decodeRecord(message.data, `sequence ${message.seq}`) };
    this.note(version);
    return version;
  }

  private note(version: RecordVersion): void {
    this.parts.continuity.saw(version.seq);
    const known = this.newest.get(version.record.instanceId);
    if (!known || known.seq < version.seq) this.newest.set(version.record.instanceId, version);
  }

  /**
   * R12: a subject that lost versions which this client had seen before it asked. With replicas a deposed leader may
   * still answer with an old version, so only the checks of StoreContinuity and of the CAS count there.
   */
  private suspect(instanceId: InstanceId, known: RecordVersion | undefined, found: StoredMsg | null): void {
    if (!known || this.parts.replicas > 1) return;
    const lost = found === null ? known.record.state !== 'retired' : found.seq < known.seq;
    if (!lost) return;
    this.newest.delete(instanceId);
    const seen = `version ${known.record.id} at sequence ${known.seq}`;
    this.parts.continuity.report(
      found === null
        ? subjectMissing(`${instanceId}: ${seen} was seen, now nothing`)
        : wentBack(`${instanceId}: ${seen} was seen, now ${found.seq}`),
    );
  }
}
