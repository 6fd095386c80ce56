import { Consent, ConsentRequest, NodePlace, TopologyRecord } from '@tandem/contracts';
import { Bus } from '@tandem/messaging';
import { monotonicMs, pause, wallIso } from '@tandem/platform';
import { FailoverFacts, otherNode, PromotionCourse, timings } from '@tandem/protocol';
import { askAgent } from './agent-link';

/** A cut takes up to 500 ms and the direct probe 300. */
const ASK_MS = 1_200;
/** After a refusal the secondary is asked again; its facts change within its own look, every 50 ms. */
const ASK_AGAIN_MS = 150;
/** R15: as long as this the shutdown LSN of the old primary is waited for; then the consent is asked for as after a fault. */
const SHUTDOWN_LSN_MS = 3_000;

const STOP_MS = 300;
const POLL_MS = 5;

type Standing =
  | { recordId: string; kind: 'given'; consent: Consent; course: PromotionCourse; untilMs: number }
  | { recordId: string; kind: 'refused'; untilMs: number; detail: string };

/** Asks the secondary for its consent (R4 c) and remembers the answer for exactly the version that it was given for. */
export class ConsentDesk {
  private standing: Standing | null = null;

  constructor(private readonly bus: Bus) {}

  /** What stands for this version of the record now; a consent that expired is none. */
  of(record: TopologyRecord): FailoverFacts['consent'] {
    const { standing } = this;
    if (!standing || standing.recordId !== record.id || monotonicMs() >= standing.untilMs) return 'none';
    return standing.kind;
  }

  get detail(): object | null {
    return this.standing?.kind === 'given' ? this.standing.consent : (this.standing ?? null);
  }

  /** When the consent that stands was asked for and given: told with the promotion, never decided on. */
  get course(): PromotionCourse {
    return this.standing?.kind === 'given' ? this.standing.course : {};
  }

  /** R12: a promotion whose CAS was not answered voids the consent that it rested on. */
  void(): void {
    this.standing = null;
  }

  async ask(record: TopologyRecord, handedOverForMs: number, primarySilent: boolean): Promise<void> {
    const secondary = otherNode(record, record.primary);
    if (!secondary) return;
    const asked = await this.wording(record, handedOverForMs, primarySilent);
    if (!asked) return this.refuse(record, 'R15: the old primary has not told the LSN of its shutdown yet', 15);
    const body: ConsentRequest = {
      instanceId: record.instanceId,
      nodeId: secondary,
      epoch: record.epoch,
      recordId: record.id,
      ...asked,
    };
    const consentAskedAt = wallIso();
    const sentAtMs = monotonicMs();
    try {
      const answer = await askAgent(this.bus, place(record, secondary).hostId, 'consent', body, ASK_MS);
      if (!answer.ok) return this.refuse(record, answer.rejection.detail, ASK_AGAIN_MS);
      // Counted from the request: the secondary counts from its reply, so it stays cut at least as long as we rely on it.
      const untilMs = sentAtMs + answer.result.expiresInMs - 2 * timings.casTimeout;
      const course = {
        consentAskedAt,
        consentGivenAt: wallIso(),
        consentRow: answer.result.row,
        consentBy: place(record, secondary).hostId,
      };
      this.standing = { recordId: record.id, kind: 'given', consent: answer.result, course, untilMs };
    } catch (error) {
      this.refuse(record, error instanceof Error ? error.message : String(error), ASK_AGAIN_MS);
    }
  }

  private refuse(record: TopologyRecord, detail: string, againMs: number): void {
    this.standing = { recordId: record.id, kind: 'refused', untilMs: monotonicMs() + againMs, detail };
  }

  private async wording(
    record: TopologyRecord,
    handedOverForMs: number,
    primarySilent: boolean,
  ): Promise<Pick<ConsentRequest, 'kind' | 'pastLsn'> | null> {
    if (record.state === 'open') return { kind: 'silence' };
    if (record.handOver?.kind !== 'switchover' || primarySilent || handedOverForMs > SHUTDOWN_LSN_MS)
      return { kind: 'hand-over' };
    const pastLsn = await this.shutdownLsn(record);
    return pastLsn ? { kind: 'switchover', pastLsn } : null;
  }

  /** A fast stop takes some 50 ms; it is waited for in one go, as clients wait meanwhile. */
  private async shutdownLsn(record: TopologyRecord): Promise<string | null> {
    const { hostId } = place(record, record.primary);
    const body = { instanceId: record.instanceId, nodeId: record.primary };
    const untilMs = monotonicMs() + STOP_MS;
    while (monotonicMs() < untilMs) {
      const report = await askAgent(this.bus, hostId, 'report', body, STOP_MS).catch(() => null);
      if (!report?.ok) return null;
      if (report.result.shutdownLsn) return report.result.shutdownLsn;
      await pause(POLL_MS);
    }
    return null;
  }
}

function place(record: TopologyRecord, nodeId: string): NodePlace {
  const found = record.nodes[nodeId];
  if (!found) throw new Error(`the record names no place for ${nodeId}`);
  return found;
}
