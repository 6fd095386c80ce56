import { randomUUID } from 'node:crypto';
import { AgentNotice, Branch, NodeReport } from '@tandem/contracts';
import { EffectJournal } from '@tandem/host';
import { Logger, monotonicMs, wallIso } from '@tandem/platform';
import { PostgresNode, Source } from '@tandem/postgres';
import {
  AgentAction,
  AgentFacts,
  confirmed,
  degraded,
  handedOver,
  restored,
  settled,
  timings,
  Verdict,
} from '@tandem/protocol';
import { NodeState } from '../state/node-file';
import { AgentCompareAndSet } from './agent-cas';
import { NodeMemory, receiverName, slotName } from './node-memory';
import { NodeSight } from './node-sight';
import { PeerLink } from './peer-link';
import { RecoveryProof, RestoreEvidence } from './restore-evidence';
import { stampOf } from './stamp';

export interface EffectParts {
  readonly hostId: string;
  readonly memory: NodeMemory;
  readonly pg: PostgresNode;
  readonly sight: NodeSight;
  readonly cas: AgentCompareAndSet;
  /** A leader read of the newest version (R12). */
  readonly readRecord: () => Promise<void>;
  readonly peer: PeerLink | null;
  readonly evidence: RestoreEvidence;
  readonly proof: RecoveryProof;
  readonly journal: EffectJournal;
  readonly log: Logger;
  /** Hands a notice to the store; the event log hears of it even if it is away now (R11). */
  readonly notify: (notice: AgentNotice) => void;
  /** The postmaster's death wakes the loop (noticed within 100 ms). */
  readonly onDeath: () => void;
}

type Decided = { verdict: Verdict<AgentAction>; facts: AgentFacts };

const RECEIVER_GONE_MS = 500;
const JOURNALLED: ReadonlySet<AgentAction> = new Set(['create-data', 'clone', 'rejoin', 'promote']);
const JOURNAL_KEPT = 200;

/** What the agent's table orders, done; one method for each action. No decision is made here. */
export class NodeEffects {
  private endWatch: () => void = () => undefined;

  constructor(private readonly parts: EffectParts) {}

  /**
   * Carries out one action. Throws what the effect throws; the loop tries again after it has looked anew. What changes
   * data for good is journalled under the version of the record that ordered it.
   */
  async run({ verdict, facts }: Decided): Promise<void> {
    const effect = () => this.actions[verdict.action]({ verdict, facts });
    if (!JOURNALLED.has(verdict.action)) return effect();
    const id = `${this.record.id}-${verdict.action}`;
    await this.parts.journal.start(id, verdict.row);
    await effect();
    // Whoever waits for the effect does not wait for the book-keeping; a lost end is looked up at the node itself.
    void this.parts.journal
      .finish(id, { row: verdict.row, at: wallIso() })
      .then(() => this.parts.journal.prune(JOURNAL_KEPT))
      .catch((err: unknown) => this.parts.log.warn({ err, id }, 'The end of an effect could not be journalled'));
  }

  /** A postmaster that outlived the last agent is taken over as it is (R10). */
  async adopt(): Promise<void> {
    const { memory, pg } = this.parts;
    this.watchPostmaster((await pg.adopt()) ?? null);
    // R4: a cut outlives the agent that made it; its consent does not, so the table re-attaches or promotes.
    if (memory.running && !(await pg.hasSource())) memory.cut = { untilMs: -Infinity };
  }

  /** R4 (c), (e): cuts the standby's stream and returns the final LSN. */
  async cut(validMs: number): Promise<string> {
    const { memory, pg } = this.parts;
    const { finalLsn } = await pg.cutStream(RECEIVER_GONE_MS);
    memory.cut = { untilMs: monotonicMs() + validMs };
    return finalLsn;
  }

  async reattach(): Promise<void> {
    const { memory, pg } = this.parts;
    await pg.attachStream(this.streamSource());
    memory.cut = null;
  }

  endWatching(): void {
    this.endWatch();
  }

  private readonly actions: Record<AgentAction, (decided: Decided) => Promise<void>> = {
    wait: async () => undefined,
    'read-record': () => this.parts.readRecord(),
    'create-data': () => this.createData(),
    clone: ({ verdict }) => this.clone(verdict, 'clone'),
    rejoin: ({ verdict, facts }) => this.rejoin(verdict, facts),
    'start-gated': () => this.start('primary'),
    'start-standby': () => this.start('standby'),
    'stop-immediate': ({ verdict }) => this.fence(verdict),
    'stop-retired': () => this.stop('immediate'),
    'stop-fast': () => this.stop('fast'),
    drain: () => this.drain(),
    'cas-hand-over': (decided) => this.handOver(decided, 'fault'),
    'cas-switchover': (decided) => this.handOver(decided, 'switchover'),
    'cas-confirm': (decided) => this.confirm(decided),
    'cas-degrade': (decided) => this.degrade(decided),
    'cas-restore': (decided) => this.restore(decided),
    'cas-settle': ({ verdict, facts }) => this.send('settle', settled(this.record, this.stamp({ verdict, facts }))),
    'open-gate': () => this.openGate(),
    'clear-names': () => this.parts.pg.setNames('clear'),
    'prove-names': () => this.proveNames(),
    'take-mark': () => this.takeMark(),
    cut: async () => void (await this.cut(timings.promotionDeadline)),
    promote: () => this.promote(),
    reattach: () => this.reattach(),
    follow: () => this.follow(),
  };

  private get record() {
    const { record } = this.parts.memory;
    if (!record) throw new Error('no version of the record is known');
    return record;
  }

  private stamp({ verdict, facts }: Decided) {
    return stampOf(verdict, facts, this.parts.hostId);
  }

  private async send(...[kind, next]: Parameters<AgentCompareAndSet['send']>): Promise<void> {
    await this.parts.cas.send(kind, next);
  }

  private async createData(): Promise<void> {
    const { memory, pg } = this.parts;
    await pg.initdb();
    await memory.file.save({ incarnation: newIncarnation(), lineage: [], following: null });
  }

  private async start(role: 'primary' | 'standby'): Promise<void> {
    const { memory, pg, sight } = this.parts;
    const synced = this.record.syncSet.length > 0;
    // R8: with somebody in syncSet commits wait from the first moment on; for whom is told when it is known.
    const names = role === 'standby' ? 'clear' : synced && (await pg.names()) === 'clear' ? 'nobody' : await pg.names();
    if (role === 'primary') await pg.forgetSource();
    else if (memory.cut === null && this.followsRecord()) await pg.attachStream(this.streamSource());
    else await pg.forgetSource();
    sight.newStart();
    memory.shutdownLsn = null;
    this.watchPostmaster(await pg.start({ role, names }));
  }

  private watchPostmaster(identity: NodeMemory['postmaster']): void {
    const { memory, pg, onDeath } = this.parts;
    this.endWatch();
    memory.postmaster = identity;
    if (identity) this.endWatch = pg.watchPostmaster(identity, onDeath);
  }

  private async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const { memory, pg, sight } = this.parts;
    await pg.stop(mode);
    memory.shutdownLsn = mode === 'fast' ? await pg.shutdownCheckpointLsn() : null;
    memory.confirmed = null;
    this.watchPostmaster(null);
    sight.newStart();
  }

  private async fence(verdict: Verdict<AgentAction>): Promise<void> {
    const { memory, notify } = this.parts;
    await this.stop('immediate');
    notify({
      type: 'NodeFenced',
      id: randomUUID(),
      data: { ...this.identity(), by: 'agent', at: wallIso(), row: verdict.row },
    });
    memory.switchover = null;
  }

  private async drain(): Promise<void> {
    const { memory, pg, evidence, proof, sight } = this.parts;
    memory.confirmed = null;
    await pg.setGate('closed');
    sight.gate = 'closed';
    // R3: what a terminated session leaves behind is visible here alone, so evidence from before it is void.
    evidence.void();
    proof.reset();
    await pg.terminateClients();
  }

  private async handOver(decided: Decided, kind: 'fault' | 'switchover'): Promise<void> {
    const { memory } = this.parts;
    const { switchover } = memory;
    const target = kind === 'switchover' ? switchover : null;
    await this.send(
      kind === 'fault' ? 'hand-over' : 'switchover',
      handedOver(this.record, this.stamp(decided), {
        kind,
        reason: kind === 'fault' ? 'postmaster-died' : 'requested',
        ...(target ? { target: target.target, operationId: target.operationId } : {}),
      }),
    );
  }

  private async confirm(decided: Decided): Promise<void> {
    const { memory, pg } = this.parts;
    if (this.record.state === 'promoting' && this.record.branch === null)
      await pg.ensurePlatformSchema(Object.keys(memory.assignment.members));
    await this.send('confirm', confirmed(this.record, this.stamp(decided), await this.self()));
    if (decided.facts.gate === 'open') await this.ensureSlot();
  }

  private async degrade(decided: Decided): Promise<void> {
    await this.send('degrade', degraded(this.record, this.stamp(decided), await this.self()));
    this.parts.evidence.void();
  }

  private async restore(decided: Decided): Promise<void> {
    const { peer, evidence } = this.parts;
    const report = peer?.report;
    if (!report?.incarnation) return;
    const secondary = { nodeId: report.nodeId, incarnation: report.incarnation };
    await this.send('restore', restored(this.record, this.stamp(decided), secondary));
    evidence.void();
  }

  private async openGate(): Promise<void> {
    const { pg, sight } = this.parts;
    await pg.setGate('open');
    sight.gate = 'open';
    await this.ensureSlot();
  }

  /** After the gate, because no client waits for it; a new agent confirms again and so comes by here again. */
  private async ensureSlot(): Promise<void> {
    const { memory, pg } = this.parts;
    if (memory.peerId) await pg.ensureSlot(slotName(memory.peerId));
  }

  private async proveNames(): Promise<void> {
    const { evidence, sight } = this.parts;
    const name = sight.secondaryName;
    if (name) await evidence.enforce(sight.evidenceKey, name);
  }

  private async takeMark(): Promise<void> {
    const { evidence, pg } = this.parts;
    const { insertLsn } = await pg.observePrimary();
    if (insertLsn) evidence.takeMark(insertLsn);
  }

  private async promote(): Promise<void> {
    const { memory, pg, sight, log } = this.parts;
    const promotion = await pg.promote();
    await this.noteBranch(promotion, { following: null });
    memory.cut = null;
    sight.promoted();
    log.info({ epoch: this.record.epoch, timeline: promotion.timeline, ms: promotion.ms }, 'Promoted');
  }

  private async follow(): Promise<void> {
    const { memory, pg, peer } = this.parts;
    await pg.attachStream(this.streamSource());
    memory.cut = null;
    await this.nowFollowing(peer?.report ?? null);
  }

  private async clone(verdict: Verdict<AgentAction>, how: 'clone' | 'reclone'): Promise<void> {
    const { memory, pg, peer } = this.parts;
    const report = peer?.report ?? null;
    await this.stop('immediate');
    await memory.file.save({ incarnation: null, lineage: [], following: null });
    await pg.baseBackup(this.source());
    await memory.file.save({ incarnation: newIncarnation() });
    memory.cut = null;
    await this.nowFollowing(report);
    this.tellRejoined(how, 0, verdict);
  }

  /** R9: clean start where nothing diverged, else a rewind, else a new copy. */
  private async rejoin(verdict: Verdict<AgentAction>, facts: AgentFacts): Promise<void> {
    const { memory, pg, peer, log } = this.parts;
    const report = peer?.report ?? null;
    await this.stop('immediate');
    if (facts.data === 'damaged') return this.clone(verdict, 'reclone');
    const comparison = await pg.compareWith(this.source());
    await memory.file.save({ incarnation: null, following: null });
    memory.cut = null;
    if (comparison.comparison.kind === 'ancestor' && comparison.discardedBytes === 0) {
      await memory.file.save({ incarnation: newIncarnation() });
      await this.nowFollowing(report);
      await this.start('standby');
      return this.tellRejoined('clean-start', 0, verdict);
    }
    try {
      const { discardedBytes } = await pg.rewind(this.source(), { epoch: this.record.epoch });
      await memory.file.save({ incarnation: newIncarnation() });
      await this.nowFollowing(report);
      this.tellRejoined('rewind', discardedBytes, verdict);
    } catch (error) {
      log.warn({ err: error }, 'Rewind impossible, a new copy is made');
      await this.clone(verdict, 'reclone');
    }
  }

  private tellRejoined(how: 'clone' | 'reclone' | 'clean-start' | 'rewind', bytes: number, { row }: { row: string }) {
    const data = { ...this.identity(), how, discardedBytes: bytes, at: wallIso(), row };
    this.parts.notify({ type: 'NodeRejoined', id: randomUUID(), data });
  }

  private identity() {
    const { memory } = this.parts;
    return { instanceId: memory.assignment.instanceId, nodeId: memory.nodeId, epoch: this.record.epoch };
  }

  private async nowFollowing(source: NodeReport | null): Promise<void> {
    const { memory } = this.parts;
    const { epoch, primary } = this.record;
    await memory.file.save({ following: { epoch, primary }, ...(source ? { lineage: source.lineage } : {}) });
  }

  private followsRecord(): boolean {
    const { following } = this.parts.memory.file.state;
    return following?.epoch === this.record.epoch && following.primary === this.record.primary;
  }

  private source(): Source {
    const { address, port } = this.parts.memory.assignment.members[this.record.primary];
    return { host: address, port };
  }

  private streamSource() {
    const { memory } = this.parts;
    const { incarnation } = memory.file.state;
    if (!incarnation) throw new Error('a standby without an incarnation follows nobody');
    return {
      ...this.source(),
      applicationName: receiverName(memory.nodeId, incarnation),
      slotName: slotName(memory.nodeId),
    };
  }

  /** The branch and incarnation that this node's CAS tells; a promotion that was not noted is noted now. */
  private async self(): Promise<{ incarnation: string; branch: Branch }> {
    const { memory, pg } = this.parts;
    const { timeline } = await pg.observePrimary();
    if (timeline === null) throw new Error('still in recovery');
    const last = memory.file.state.lineage.at(-1);
    if (last?.timeline !== timeline) {
      const { ancestors } = await pg.history(timeline);
      await this.noteBranch({ timeline, switchLsn: ancestors.at(-1)?.switchLsn ?? '0/0' });
    }
    const { incarnation, lineage } = memory.file.state;
    if (!incarnation) throw new Error('a primary without an incarnation');
    return { incarnation, branch: lineage[lineage.length - 1] };
  }

  private async noteBranch(
    { timeline, switchLsn }: { timeline: number; switchLsn: string },
    also: Partial<NodeState> = {},
  ): Promise<void> {
    const { file } = this.parts.memory;
    await file.save({ lineage: [...file.state.lineage, { epoch: this.record.epoch, timeline, switchLsn }], ...also });
  }
}

const newIncarnation = (): string => randomUUID().slice(0, 8);
