import { Branch } from '@tandem/contracts';
import { wallIso } from '@tandem/platform';
import {
  AgentAction,
  confirmed,
  degraded,
  failoverIdOf,
  handedOver,
  restored,
  settled,
  timings,
  VersionStamp,
} from '@tandem/protocol';
import { NodeState } from '../state/node-file';
import { AgentCompareAndSet } from './agent-cas';
import { Decided, EffectParts, recordOf } from './effect-parts';
import { slotName } from './node-memory';
import { NodeProcess } from './node-process';
import { newIncarnation, NodeRejoin } from './node-rejoin';
import { NodeStream } from './node-stream';
import { stampOf } from './stamp';

const JOURNALLED: ReadonlySet<AgentAction> = new Set(['create-data', 'clone', 'rejoin', 'promote']);
const JOURNAL_KEPT = 200;

/** What the agent's table orders, done; one method for each action. No decision is made here. */
export class NodeEffects {
  readonly stream: NodeStream;
  readonly process: NodeProcess;
  private readonly rejoining: NodeRejoin;

  constructor(private readonly parts: EffectParts) {
    this.stream = new NodeStream(parts);
    this.process = new NodeProcess(parts, this.stream);
    this.rejoining = new NodeRejoin(parts, this.process, this.stream);
  }

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

  private readonly actions: Record<AgentAction, (decided: Decided) => Promise<void>> = {
    wait: async () => undefined,
    'read-record': () => this.parts.readRecord(),
    'create-data': () => this.createData(),
    clone: (decided) => this.rejoining.clone(decided),
    rejoin: (decided) => this.rejoining.rejoin(decided),
    'start-gated': () => this.process.start('primary'),
    'start-standby': () => this.process.start('standby'),
    'stop-immediate': (decided) => this.process.fence(decided),
    'stop-gray': (decided) => this.process.killGray(decided),
    'stop-retired': () => this.process.stop('immediate'),
    'stop-fast': () => this.process.stop('fast'),
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
    cut: async () => void (await this.stream.cut(timings.promotionDeadline)),
    promote: () => this.promote(),
    reattach: () => this.stream.reattach(),
    follow: () => this.stream.follow(),
    'note-branch': () => this.stream.noteBranch(),
  };

  private get record() {
    return recordOf(this.parts);
  }

  private stamp({ verdict, facts }: Decided): VersionStamp {
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
    const { memory, pg } = this.parts;
    const { switchover } = memory;
    // R7: a dead postmaster alone is not a stopped node; from here on nothing of it answers anybody.
    if (kind === 'fault') await pg.endLeftovers();
    const target = kind === 'switchover' ? switchover : null;
    await this.send(
      kind === 'fault' ? 'hand-over' : 'switchover',
      handedOver(this.record, this.stamp(decided), {
        kind,
        reason: kind === 'switchover' ? 'requested' : memory.gray ? 'gray' : 'postmaster-died',
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
    const correlationId = failoverIdOf(this.record);
    const { epoch } = this.record;
    log.info({ correlationId, epoch, timeline: promotion.timeline, ms: promotion.ms }, 'Promoted');
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
