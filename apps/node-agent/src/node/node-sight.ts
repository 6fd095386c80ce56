import { join } from 'node:path';
import { NodeReport } from '@tandem/contracts';
import { readIfPresent } from '@tandem/host';
import { monotonicMs } from '@tandem/platform';
import {
  AttachedStandby,
  Gate,
  GROWN_FROM_BYTES,
  laterLsn,
  PostgresNode,
  replicationRole,
  PrimaryObservation,
  StandbyObservation,
} from '@tandem/postgres';
import { AgentFacts, endsOn, lineageOf, timings } from '@tandem/protocol';
import { peerAtEpoch } from '../observe/peer-at-epoch';
import { SecondaryWatch } from '../observe/secondary-watch';
import { Silence } from '../observe/silence';
import { NodeMemory, receiverName } from './node-memory';
import { PeerLink } from './peer-link';
import { RecoveryProof, RestoreEvidence } from './restore-evidence';

/** An observation is one query on the local socket; a longer one means that PostgreSQL does not answer now. */
const OBSERVE_MS = 1_000;
/** A standby that follows and does not come to the branch of the epoch for this long has gone past where it began. */
const OFF_BRANCH_MS = 10_000;
const OFF_BRANCH_GAP_MS = 1_000;
/** A switchover that has not come to a promotion in this time is withdrawn (R15). */
const SWITCHOVER_WITHDRAW_MS = 6_000;

/** Looks at one node and tells what the tables need to know; decides nothing. */
export class NodeSight {
  readonly watch = new SecondaryWatch();
  primary: PrimaryObservation | null = null;
  standby: StandbyObservation | null = null;
  data: AgentFacts['data'] = 'none';
  gate: Gate = 'closed';
  private watchedName: string | null = null;
  private readonly offBranch = new Silence(OFF_BRANCH_GAP_MS);

  constructor(
    private readonly memory: NodeMemory,
    private readonly pg: PostgresNode,
    private readonly peer: PeerLink | null,
    private readonly evidence: RestoreEvidence,
    private readonly proof: RecoveryProof,
    private readonly sessionAgeMs: () => number,
    private readonly wake: () => void,
  ) {}

  /** Everything that belongs to one start of the postmaster is void. */
  newStart(): void {
    this.primary = this.standby = null;
    this.memory.accepting = false;
    this.memory.probeOnDisk = false;
    this.watch.reset();
    this.evidence.void();
    this.proof.reset();
  }

  /** A standby has become a primary in the same start of the postmaster: what was seen of the standby is void. */
  promoted(): void {
    this.standby = null;
    this.watch.reset();
    this.evidence.void();
    this.proof.reset();
  }

  /** The row of the secondary under the name that commits wait for, or are to wait for. */
  get secondaryRow(): AttachedStandby | undefined {
    const name = this.secondaryName;
    return name === null
      ? undefined
      : this.primary?.standbys.find((row) => row.applicationName === name && row.role === this.secondaryRole);
  }

  /** While the secondary is in syncSet the record tells its incarnation; before that its own agent does (R3). */
  get secondaryName(): string | null {
    const { memory } = this;
    const recorded = memory.secondaryInRecord;
    if (recorded && memory.record?.syncSet.includes(recorded.nodeId))
      return receiverName(recorded.nodeId, recorded.incarnation);
    const report = this.peer?.report;
    return report?.incarnation ? receiverName(report.nodeId, report.incarnation) : null;
  }

  /** Identity of what restore evidence belongs to: epoch, start of the postmaster, incarnation of the secondary (R3). */
  get evidenceKey(): string {
    const { record, postmaster } = this.memory;
    return [record?.epoch, postmaster?.pid, postmaster?.startTime, this.secondaryName].join(' ');
  }

  /** R3: pg_hba admits this role for the certificate of the secondary's host alone. */
  private get secondaryRole(): string | null {
    const { peerId } = this.memory;
    return peerId ? replicationRole(peerId) : null;
  }

  get position(): string | null {
    const { standby } = this;
    if (!standby?.receiveLsn && !standby?.replayLsn) return null;
    return laterLsn(standby.receiveLsn, standby.replayLsn);
  }

  async facts(): Promise<AgentFacts> {
    const { memory, pg } = this;
    const nowMs = monotonicMs();
    const record = memory.record;
    this.data = await this.lookAtData();
    await this.lookAtPostgres();
    const state = record?.state ?? 'none';
    const named = record?.primary === memory.nodeId;
    const synced = (record?.syncSet.length ?? 0) > 0;
    const secondary = this.judgeSecondary(nowMs);
    this.evidence.look(this.secondaryRow);
    const names = await pg.names();
    const serving = named && this.data === 'primary' && memory.accepting;
    if (serving && synced && !memory.confirmedNow && names !== 'clear' && this.gate === 'closed')
      this.proof.advance(secondary === 'attached' ? this.secondaryName : null, this.wake);
    const report = this.askPeer(named, serving, synced);
    const handedOverFor = memory.handedOverAtMs === null ? 0 : nowMs - memory.handedOverAtMs;
    const { following } = memory.file.state;
    const follows = following !== null && following.epoch === record?.epoch && following.primary === record.primary;
    const offBranchMs = this.offBranch.look(follows && !this.branchKnown ? 'off' : String(nowMs), nowMs);
    return {
      state,
      handOverKind: record?.handOver?.kind ?? 'none',
      named,
      paired: memory.peerId !== undefined,
      synced,
      fresh: memory.fresh,
      doubt: memory.doubt,
      data: this.data,
      running: memory.running,
      stoppedCleanly: named && state === 'open' && (await this.stoppedCleanly()),
      fullDisk: await this.fullDisk(),
      gray: memory.gray !== null,
      accepting: memory.accepting,
      gate: this.gate,
      confirmed: memory.confirmedNow,
      names: names === 'clear' && !this.evidence.pretends ? 'clear' : 'set',
      secondary,
      recoveryFlushed: this.proof.flushed,
      evidence: this.evidence.of(this.evidenceKey),
      peerAtEpoch: peerAtEpoch(report, record, this.primary?.timeline),
      fenceDue: this.sessionAgeMs() >= timings.fence,
      // R7: a gray node may not withdraw while the reason lasts.
      withdrawDue:
        memory.gray === null &&
        handedOverFor >= (record?.handOver?.kind === 'switchover' ? SWITCHOVER_WITHDRAW_MS : timings.withdrawAfter),
      probeOnDisk: this.proof.onDisk || memory.probeOnDisk,
      switchover:
        memory.switchover !== null && memory.switchover.epoch === record?.epoch && nowMs < memory.switchover.deadlineMs,
      cut: memory.cut !== null,
      consentValid: memory.cut !== null && nowMs < memory.cut.untilMs,
      following: follows,
      branchKnown: this.branchKnown,
      onBranch: this.onBranch,
      affirmed: this.affirmed(report),
      lineage:
        report && (!follows || offBranchMs >= OFF_BRANCH_MS)
          ? lineageOf(memory.file.state.lineage, this.position, report.lineage)
          : 'unknown',
    };
  }

  private async lookAtData(): Promise<AgentFacts['data']> {
    if (await this.pg.isRewindUnfinished()) return 'damaged';
    if (!(await this.pg.hasData())) return 'none';
    const mark = join(this.pg.context.paths.data, 'standby.signal');
    return (await readIfPresent(mark)) === undefined ? 'primary' : 'standby';
  }

  private async stoppedCleanly(): Promise<boolean> {
    if (this.memory.running || this.data !== 'primary') return false;
    return (await this.pg.controlData()).state === 'shut down';
  }

  private async fullDisk(): Promise<AgentFacts['fullDisk']> {
    const { memory, pg } = this;
    if (memory.running || this.data === 'none') return 'no';
    memory.endedFull ??= await pg.endedForWantOfSpace();
    if (!memory.endedFull) return 'no';
    return (await pg.freeBytes()) < GROWN_FROM_BYTES ? 'full' : 'grown';
  }

  private async lookAtPostgres(): Promise<void> {
    const { memory, pg } = this;
    if (!memory.running) {
      memory.accepting = false;
      this.gate = 'closed';
      return;
    }
    try {
      if (this.data === 'standby') this.standby = await pg.observeStandby(OBSERVE_MS);
      else this.primary = await pg.observePrimary(OBSERVE_MS);
      if (!memory.accepting) this.gate = await pg.gateInForce();
      memory.accepting = true;
    } catch {
      // Not accepting yet, or hung: what was seen last is no longer an observation.
      this.primary = this.standby = null;
    }
  }

  private judgeSecondary(nowMs: number): AgentFacts['secondary'] {
    if (!this.primary || this.primary.inRecovery) return 'unsure';
    const name = this.secondaryName;
    // Not known for a moment, such as right after a degrade: what was seen of it still counts when it is known again.
    if (name === null) return 'unsure';
    if (name !== this.watchedName) {
      this.watch.reset();
      this.watchedName = name;
    }
    const row = this.secondaryRow;
    return this.watch.look(
      {
        row: row && { streaming: row.state === 'streaming', replyAgeMs: row.replyAgeMs },
        waitingMaxMs: this.primary.waitingMaxMs,
      },
      nowMs,
    );
  }

  /** The peer's word is asked for only while a decision needs it. */
  private askPeer(named: boolean, serving: boolean, synced: boolean): NodeReport | null {
    const { memory, peer } = this;
    if (!peer || memory.record === null) return null;
    const following = memory.file.state.following?.epoch === memory.record.epoch;
    const needed = named
      ? serving && !synced
      : memory.record.state === 'open' && (!following || this.data !== 'standby' || !this.branchKnown);
    if (!needed) return null;
    peer.refresh(this.wake);
    return peer.report;
  }

  private get branchKnown(): boolean {
    return endsOn(this.memory.file.state.lineage, this.memory.record?.branch ?? null);
  }

  private get onBranch(): boolean {
    const receiver = this.standby?.receiver;
    const timeline = this.memory.record?.branch?.timeline;
    return receiver?.status === 'streaming' && timeline !== undefined && receiver.timeline === timeline;
  }

  private affirmed(report: NodeReport | null): AgentFacts['affirmed'] {
    if (!report || !this.memory.record) return 'unknown';
    return report.confirmedEpoch === this.memory.record.epoch && report.gate === 'open' ? 'yes' : 'no';
  }
}
