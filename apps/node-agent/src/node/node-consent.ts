import { Consent, ConsentRequest } from '@tandem/contracts';
import { accepted, monotonicMs, rejected, Result } from '@tandem/platform';
import { ConsentFacts, decideConsent, endsOn, lsnValue, timings } from '@tandem/protocol';
import { probeAnswers } from '../observe/direct-probe';
import { NodeStream } from './node-stream';
import { NodeMemory } from './node-memory';
import { NodeSight } from './node-sight';

/** How long the receiver must be missing before its absence counts: one try of its own to come back (R10). */
const ABSENT_MS = 100;

/** R4 (c): whether this node, asked by the orchestrator, cuts its stream and consents to be promoted. */
export class NodeConsent {
  private absentSinceMs: number | null = null;

  constructor(
    private readonly memory: NodeMemory,
    private readonly sight: NodeSight,
    private readonly stream: NodeStream,
    private readonly readRecord: () => Promise<void>,
  ) {}

  /** Notes at each look whether the receiver is there, on the monotonic clock. */
  look(): void {
    const { standby } = this.sight;
    if (standby === null || standby.receiver !== null) this.absentSinceMs = null;
    else this.absentSinceMs ??= monotonicMs();
  }

  async answer(request: ConsentRequest): Promise<Result<Consent>> {
    let facts = await this.facts(request);
    let verdict = decideConsent(facts);
    if (verdict.action === 'look') {
      await this.readRecord();
      facts = await this.facts(request);
      verdict = decideConsent(facts);
    }
    if (verdict.action !== 'cut-and-consent')
      return rejected('consent-refused', verdict.because, { row: verdict.row, facts });
    const { incarnation } = this.memory.file.state;
    if (!incarnation) return rejected('consent-refused', 'no incarnation', { row: verdict.row, facts });
    if (request.kind === 'silence') this.memory.lastSilenceCutMs = monotonicMs();
    // The expiry is counted from after the cut, so the orchestrator's view of it ends before this node's own.
    const finalLsn = await this.stream.cut(timings.consentExpiry).catch(async (error: unknown) => {
      await this.stream.reattach();
      throw error;
    });
    return accepted({
      nodeId: this.memory.nodeId,
      epoch: request.epoch,
      incarnation,
      finalLsn,
      row: verdict.row,
      expiresInMs: timings.consentExpiry,
    });
  }

  private async facts(request: ConsentRequest): Promise<ConsentFacts> {
    const { memory, sight } = this;
    const record = memory.record;
    const state = memory.file.state;
    const { standby } = sight;
    const inSyncSet =
      record !== null &&
      record.syncSet.includes(memory.nodeId) &&
      record.incarnations[memory.nodeId] === state.incarnation;
    const following = state.following?.epoch === record?.epoch && state.following?.primary === record?.primary;
    const position = sight.position;
    const silent = request.kind === 'silence' && this.streamSilent();
    return {
      kind: request.kind,
      sameVersion: record?.id === request.recordId && record.epoch === request.epoch,
      state: record?.state ?? 'none',
      handOverKind: record?.handOver?.kind ?? 'none',
      named: record?.primary === memory.nodeId,
      inSyncSet,
      data: sight.data,
      running: memory.running,
      consistent:
        standby === null
          ? 'unknown'
          : standby.inRecovery && following && endsOn(state.lineage, record?.branch ?? null)
            ? 'yes'
            : 'no',
      streamSilent: standby === null ? 'unknown' : silent ? 'yes' : 'no',
      probeFailed: silent ? await this.probeFailed() : 'unknown',
      cutLately: monotonicMs() - memory.lastSilenceCutMs < timings.cutEvery,
      pastShutdown:
        request.pastLsn && position ? (lsnValue(position) > lsnValue(request.pastLsn) ? 'yes' : 'no') : 'unknown',
    };
  }

  private streamSilent(): boolean {
    const { standby } = this.sight;
    if (standby?.receiver) return standby.receiver.silentMs >= timings.silent;
    return this.absentSinceMs !== null && monotonicMs() - this.absentSinceMs >= ABSENT_MS;
  }

  /** The reconnect of its own that must fail before a missing stream counts (R10). */
  private async probeFailed(): Promise<'yes' | 'no'> {
    const { memory } = this;
    const place = memory.record && memory.assignment.members[memory.record.primary];
    return place && (await probeAnswers(place, timings.directProbe)) ? 'no' : 'yes';
  }
}
