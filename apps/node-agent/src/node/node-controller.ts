import { join } from 'node:path';
import { AgentNotice, Consent, ConsentRequest, NodeAssignment, NodeReport, TopologyRecord } from '@tandem/contracts';
import { EffectJournal } from '@tandem/host';
import { Bus } from '@tandem/messaging';
import { accepted, Logger, monotonicMs, pause, rejected, Result } from '@tandem/platform';
import { PostgresNode } from '@tandem/postgres';
import { AgentAction, decideAgent, failoverIdOf, lsnValue, Sabotage, Verdict } from '@tandem/protocol';
import { TopologyStore, Watch } from '@tandem/topology';
import { NodeFile } from '../state/node-file';
import { AgentCompareAndSet } from './agent-cas';
import { NodeConsent } from './node-consent';
import { NodeEffects } from './node-effects';
import { NodeHealth } from './node-health';
import { NodeMemory } from './node-memory';
import { nodeReport } from './node-report';
import { NodeSight } from './node-sight';
import { PeerLink } from './peer-link';
import { RecoveryProof, RestoreEvidence } from './restore-evidence';
import { Bell, Turns } from './turns';

export interface ControllerOptions {
  readonly hostId: string;
  readonly assignment: NodeAssignment;
  readonly pg: PostgresNode;
  readonly dir: string;
  readonly bus: Bus;
  readonly store: TopologyStore;
  readonly sessionAgeMs: () => number;
  readonly notify: (notice: AgentNotice) => void;
  readonly sabotage: Sabotage | undefined;
  readonly log: Logger;
}

/** How often a node is looked at while nothing happens: a closed stream must be seen well within 100 ms (R2). */
const TICK_MS = 50;
const AFTER_FAILURE_MS = 200;

/** The life of one node on this host: look, decide by the agent's table, act, and look again. */
export class NodeController {
  private readonly memory: NodeMemory;
  private readonly sight: NodeSight;
  private readonly effects: NodeEffects;
  private readonly consenting: NodeConsent;
  private readonly health: NodeHealth;
  private readonly evidence: RestoreEvidence;
  private readonly proof: RecoveryProof;
  private readonly turns = new Turns();
  private readonly bell = new Bell();
  private watch: Watch | undefined;
  private loop: Promise<void> | undefined;
  private ended = false;

  constructor(private readonly options: ControllerOptions) {
    const { assignment, pg, bus, store, sabotage, log, notify, hostId } = options;
    const wake = () => this.bell.ring();
    this.memory = new NodeMemory(assignment, new NodeFile(options.dir));
    const peerId = this.memory.peerId;
    const peer = peerId ? new PeerLink(bus, assignment, peerId) : null;
    this.evidence = new RestoreEvidence(pg, sabotage);
    this.proof = new RecoveryProof(pg);
    this.sight = new NodeSight(this.memory, pg, peer, this.evidence, this.proof, options.sessionAgeMs, wake);
    this.effects = new NodeEffects({
      hostId,
      memory: this.memory,
      pg,
      sight: this.sight,
      cas: new AgentCompareAndSet(this.memory, pg, store, sabotage),
      readRecord: () => this.readRecord(),
      peer,
      evidence: this.evidence,
      proof: this.proof,
      journal: new EffectJournal(join(options.dir, 'journal')),
      log,
      notify,
      onDeath: wake,
    });
    const serves = () => this.memory.accepting && this.sight.data === 'primary';
    this.health = new NodeHealth({ memory: this.memory, dir: options.dir, pg, serves, notify, wake, log });
    this.consenting = new NodeConsent(this.memory, this.sight, this.effects.stream, () => this.readRecord());
  }

  get report(): NodeReport {
    return nodeReport(this.memory, this.sight);
  }

  get record(): TopologyRecord | null {
    return this.memory.record;
  }

  /** What this primary has written and its secondary has not flushed; null while nobody is attached. */
  get lagBytes(): number | null {
    const { primary, secondaryRow } = this.sight;
    if (!primary?.insertLsn || !secondaryRow?.flushLsn) return null;
    return Math.max(0, Number(lsnValue(primary.insertLsn) - lsnValue(secondaryRow.flushLsn)));
  }

  /** Takes over what runs and what was persisted, then follows the record until `stop`. */
  async start(): Promise<void> {
    const { assignment, pg, store } = this.options;
    await this.memory.file.load();
    await pg.configure(assignment.parameters, {
      nodes: Object.entries(assignment.members).map(([nodeId, { hostId }]) => ({ nodeId, hostId })),
      poolers: assignment.poolers,
    });
    await this.effects.process.adopt();
    // R9: a role that another epoch has taken away is not taken up first; without the store recovery begins all the same.
    await this.readRecord().catch(() => undefined);
    this.watch = store.watch(assignment.instanceId, (version) => {
      void this.turns.take(async () => {
        if (await this.memory.adopt(version, monotonicMs())) this.memory.fresh = true;
        this.bell.ring();
      });
    });
    this.loop = this.run();
    this.health.start();
  }

  /** Ends the agent's part; PostgreSQL outlives it (R10). */
  async stop(): Promise<void> {
    this.ended = true;
    this.health.stop();
    this.bell.ring();
    await this.watch?.stop();
    await this.loop;
    this.effects.process.endWatching();
    this.options.pg.close();
  }

  /** Ends everything of the node for good. */
  async release(): Promise<void> {
    await this.stop();
    await this.options.pg.remove();
  }

  consent(request: ConsentRequest): Promise<Result<Consent>> {
    return this.turns.take(async () => {
      const answer = await this.consenting.answer(request);
      const outcome = answer.ok ? { finalLsn: answer.result.finalLsn } : { refused: answer.rejection };
      this.options.log.info({ ...this.story, recordId: request.recordId, ...outcome }, 'Consent answered');
      this.bell.ring();
      return answer;
    });
  }

  /** R15: the table drains, hands over and stops; refused where this node does not serve in that epoch. */
  async beginSwitchover(request: {
    epoch: number;
    target: string;
    operationId: string;
    deadlineMs: number;
  }): Promise<Result<{ done: true }>> {
    const { memory } = this;
    if (
      !memory.confirmedNow ||
      memory.record?.epoch !== request.epoch ||
      !memory.record.syncSet.includes(request.target)
    )
      return rejected('switchover-not-open', 'This node does not serve in that epoch with the target in syncSet');
    memory.switchover = { ...request, deadlineMs: monotonicMs() + request.deadlineMs };
    this.bell.ring();
    return accepted({ done: true });
  }

  async prepareSwitchover(): Promise<Result<{ done: true }>> {
    await this.options.pg.checkpoint(2);
    return accepted({ done: true });
  }

  async ensureAccount(account: {
    account: string;
    database: string;
    verifier: string;
  }): Promise<Result<{ done: true }>> {
    if (!this.memory.confirmedNow) return rejected('switchover-not-open', 'This node does not serve');
    const { account: role, database, verifier } = account;
    await this.options.pg.ensureAccount({ role, database, verifier });
    return accepted({ done: true });
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const acted = await this.turns
        .take(() => this.step())
        .catch(async (err: unknown) => {
          this.options.log.warn({ ...this.story, err, row: this.memory.row }, 'An effect failed and is tried again');
          await pause(AFTER_FAILURE_MS);
          return true;
        });
      if (!acted) await this.bell.wait(TICK_MS);
    }
  }

  /** One look, one decision, one effect. */
  private async step(): Promise<boolean> {
    const facts = await this.sight.facts();
    this.consenting.look();
    const verdict = decideAgent(facts, this.options.sabotage);
    this.note(verdict, facts);
    await this.effects.run({ verdict, facts });
    return verdict.action !== 'wait';
  }

  private note(verdict: Verdict<AgentAction>, facts: object): void {
    if (verdict.row === this.memory.row) return;
    const { row, action } = verdict;
    this.options.log.info({ ...this.story, from: this.memory.row, row, action, facts }, 'Row changed');
    this.memory.row = row;
  }

  /** The id by which one failover can be followed through the logs of all processes. */
  private get story(): { correlationId?: string } {
    const { record } = this.memory;
    return record ? { correlationId: failoverIdOf(record) } : {};
  }

  private async readRecord(): Promise<void> {
    const version = await this.options.store.read(this.options.assignment.instanceId);
    if (!version) return;
    await this.memory.adopt(version, monotonicMs());
    this.memory.fresh = version.seq === this.memory.seq;
  }
}
