import { randomUUID } from 'node:crypto';
import { agentRequests, AgentNotice, EndpointAssignment, subjects, TopologyRecord } from '@tandem/contracts';
import { Bus, request } from '@tandem/messaging';
import { accepted, Logger, monotonicMs, pause, rejected, Result, wallIso } from '@tandem/platform';
import { PoolerEndpoint } from '@tandem/pooler';
import { decideEndpoint, EndpointAction, EndpointFacts, failoverIdOf, Verdict } from '@tandem/protocol';
import { RecordVersion, TopologyStore, Watch } from '@tandem/topology';
import { Bell, Turns } from '../node/turns';

interface Options {
  readonly hostId: string;
  readonly assignment: EndpointAssignment;
  readonly pooler: PoolerEndpoint;
  readonly bus: Bus;
  readonly store: TopologyStore;
  readonly notify: (notice: AgentNotice) => void;
  readonly log: Logger;
}

/** How often the bound of a pause is looked at while nothing happens. */
const TICK_MS = 100;
const AFTER_FAILURE_MS = 200;
/** A gate opens within some 30 ms of its epoch: it is asked for this often, and for so long. */
const ASK_GATE_MS = 5;
const GATE_BOUND_MS = 1_000;

/** The endpoint of one instance on this host: it follows versions that are `open`, and nothing else (R4 f). */
export class EndpointController {
  private readonly turns = new Turns();
  private readonly bell = new Bell();
  private record: TopologyRecord | null = null;
  private seq = 0;
  private pointedAt: { epoch: number; primary: string } | null = null;
  private leading = true;
  private pausedUntilMs: number | null = null;
  private gate: { recordId: string; open: boolean; untilMs: number } | null = null;
  private watch: Watch | undefined;
  private loop: Promise<void> | undefined;
  private endKeeping: () => void = () => undefined;
  private row = 'none';
  private ended = false;

  constructor(private readonly options: Options) {}

  async start(): Promise<void> {
    const { store, assignment, pooler, log } = this.options;
    this.endKeeping = pooler.keepRunning((kind, err) =>
      log.warn({ kind, err }, err ? 'PgBouncer could not be started' : 'PgBouncer was started'),
    );
    this.watch = store.watch(assignment.instanceId, (version) => this.learn(version));
    this.loop = this.run();
  }

  /** Ends the agent's part; PgBouncer goes on serving. */
  async stop(): Promise<void> {
    this.ended = true;
    this.bell.ring();
    this.endKeeping();
    await this.watch?.stop();
    await this.loop;
  }

  async release(): Promise<void> {
    await this.stop();
    await this.options.pooler.remove();
  }

  /** R15: the pooled clients come to a pause within the bound, or everything goes on as before. */
  pause(boundMs: number): Promise<Result<{ done: true }>> {
    return this.turns.take(async () => {
      const { pooler } = this.options;
      if (!(await pooler.pause('pooled', boundMs))) {
        return rejected('switchover-not-drained', `Clients were still in transactions after ${boundMs} ms`);
      }
      // PAUSE would wait for ever for session clients: they are cut, and wait at the endpoint when they come again.
      await pooler.session.hold({ cut: true });
      // The hand-over follows at once; should nothing follow, clients go on after three bounds.
      this.pausedUntilMs = monotonicMs() + 3 * boundMs;
      return accepted({ done: true });
    });
  }

  resume(): Promise<Result<{ done: true }>> {
    return this.turns.take(async () => {
      await this.resumeNow();
      return accepted({ done: true });
    });
  }

  private learn({ record, seq }: RecordVersion): void {
    if (seq <= this.seq) return;
    this.seq = seq;
    this.record = record;
    this.bell.ring();
  }

  private get facts(): EndpointFacts {
    const { record, pointedAt } = this;
    return {
      state: record?.state ?? 'none',
      pointed: pointedAt !== null && pointedAt.epoch === record?.epoch && pointedAt.primary === record.primary,
      leading: this.leading,
      gateOpen: this.gateOpen,
      paused: this.pausedUntilMs !== null,
      pauseOver: this.pausedUntilMs !== null && monotonicMs() >= this.pausedUntilMs,
    };
  }

  private get gateOpen(): EndpointFacts['gateOpen'] {
    const { gate, record } = this;
    if (!gate || gate.recordId !== record?.id) return 'no';
    if (gate.open) return 'yes';
    return monotonicMs() < gate.untilMs ? 'no' : 'unknown';
  }

  /** The id by which one failover can be followed through the logs of all processes. */
  private get story(): { correlationId?: string } {
    return this.record ? { correlationId: failoverIdOf(this.record) } : {};
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const acted = await this.turns
        .take(() => this.step())
        .catch(async (err: unknown) => {
          this.options.log.warn(
            { ...this.story, err },
            'The endpoint could not be brought into order and is tried again',
          );
          await pause(AFTER_FAILURE_MS);
          return true;
        });
      if (!acted) await this.bell.wait(TICK_MS);
    }
  }

  private async step(): Promise<boolean> {
    const facts = this.facts;
    const verdict = decideEndpoint(facts);
    const { row } = verdict;
    if (row !== this.row) this.options.log.info({ ...this.story, from: this.row, row, facts }, 'Row changed');
    this.row = row;
    await this.actions[verdict.action](verdict);
    return verdict.action !== 'wait';
  }

  private readonly actions: Record<EndpointAction, (verdict: Verdict<EndpointAction>) => Promise<void>> = {
    wait: async () => undefined,
    park: () => this.park(),
    'ask-gate': () => this.askGate(),
    resume: () => this.resumeNow(),
    repoint: (verdict) => this.repoint(verdict),
  };

  /** From now on clients wait for a primary, at most query_wait_timeout. */
  private async park(): Promise<void> {
    await this.options.pooler.hold();
    this.leading = false;
    this.pointedAt = null;
  }

  private async askGate(): Promise<void> {
    const { record } = this;
    if (!record) return;
    const before = this.gate?.recordId === record.id ? this.gate : null;
    const untilMs = before?.untilMs ?? monotonicMs() + GATE_BOUND_MS;
    if (before) await pause(ASK_GATE_MS);
    const { hostId } = record.nodes[record.primary];
    const body = { instanceId: record.instanceId, nodeId: record.primary };
    const answer = await request(this.options.bus, subjects.agent(hostId, 'report'), body, {
      timeoutMs: 200,
      reply: agentRequests.report.reply,
    }).catch(() => null);
    const open = answer?.ok === true && answer.result.gate === 'open';
    this.gate = { recordId: record.id, open, untilMs };
  }

  private async repoint({ row }: Verdict<EndpointAction>): Promise<void> {
    const { record } = this;
    if (!record) return;
    const { pooler, notify, hostId, assignment } = this.options;
    const { address, port } = record.nodes[record.primary];
    await pooler.ensureRunning();
    await pooler.lead({ host: address, port });
    this.pausedUntilMs = null;
    // Connections to a silent host end by nothing else: its TCP timeouts are longer than the whole failover.
    for (const [nodeId, place] of Object.entries(record.nodes))
      if (nodeId !== record.primary) await pooler.killWhereStale({ host: place.address, port: place.port });
    this.leading = true;
    this.pointedAt = { epoch: record.epoch, primary: record.primary };
    const { instanceId } = assignment;
    const data = { instanceId, hostId, epoch: record.epoch, primary: record.primary, at: wallIso(), row };
    notify({ type: 'EndpointRepointed', id: randomUUID(), correlationId: failoverIdOf(record), data });
  }

  private async resumeNow(): Promise<void> {
    await this.options.pooler.resume();
    // The session process was parked with the pause, so it is pointed anew whoever is primary now.
    if (this.pausedUntilMs !== null) this.pointedAt = null;
    this.pausedUntilMs = null;
  }
}
