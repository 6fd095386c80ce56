import { TopologyRecord } from '@tandem/contracts';
import { InvariantViolation, monotonicMs } from '@tandem/platform';
import { PostgresNode } from '@tandem/postgres';
import { AgentCas, breachOf, effectOfCas, Sabotage } from '@tandem/protocol';
import { TopologyStore } from '@tandem/topology';
import { NodeMemory } from './node-memory';

/**
 * The agent's compare-and-set on the topology record and what follows from its answer (R1, R2, R12). It changes
 * syncSet, hand-over and open, never the epoch.
 */
export class AgentCompareAndSet {
  constructor(
    private readonly memory: NodeMemory,
    private readonly pg: PostgresNode,
    private readonly store: TopologyStore,
    private readonly sabotage: Sabotage | undefined,
  ) {}

  /** @returns whether it was answered with success. Names are cleared here, after a degrade's success, and nowhere else. */
  async send(kind: AgentCas, next: TopologyRecord): Promise<boolean> {
    const { memory } = this;
    const based = memory.file.state.known;
    if (!based) throw new InvariantViolation('cas-without-record', 'a CAS needs the version that it is based on');
    const breach = breachOf(based.record, next);
    if (breach) throw new InvariantViolation('record-breach', breach);
    const startedUnder = memory.postmaster;
    const answer = await this.store.cas({ based, next });
    const outcome = answer.outcome === 'store-went-back' ? 'unanswered' : answer.outcome;
    const effect = effectOfCas(kind, outcome, this.sabotage);
    memory.fresh = effect.fresh;
    if (effect.doubt !== 'keep') memory.doubt = effect.doubt === 'yes';
    // R1: what was sent before this start of the postmaster confirms nothing.
    const sameStart = startedUnder !== null && memory.running && memory.postmaster === startedUnder;
    if (effect.confirms && sameStart) memory.confirmed = { epoch: next.epoch, postmaster: startedUnder };
    if (effect.adopt && answer.outcome === 'done')
      await memory.adopt(answer.version, monotonicMs(), { confirmed: memory.confirmed });
    if (effect.clearNames) await this.pg.setNames('clear');
    return answer.outcome === 'done';
  }
}
