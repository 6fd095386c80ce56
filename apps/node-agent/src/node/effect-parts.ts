import { AgentNotice, TopologyRecord } from '@tandem/contracts';
import { EffectJournal } from '@tandem/host';
import { Logger } from '@tandem/platform';
import { PostgresNode } from '@tandem/postgres';
import { AgentAction, AgentFacts, failoverIdOf, Verdict } from '@tandem/protocol';
import { AgentCompareAndSet } from './agent-cas';
import { NodeMemory } from './node-memory';
import { NodeSight } from './node-sight';
import { PeerLink } from './peer-link';
import { RecoveryProof, RestoreEvidence } from './restore-evidence';

/** What the effects of one node work with. */
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

/** A row's verdict with the facts that it rested on. */
export interface Decided {
  readonly verdict: Verdict<AgentAction>;
  readonly facts: AgentFacts;
}

/** The record that an effect was ordered by; no effect is ordered without one. */
export function recordOf({ memory }: Pick<EffectParts, 'memory'>): TopologyRecord {
  if (!memory.record) throw new Error('no version of the record is known');
  return memory.record;
}

/** The failover that a notice of this node belongs to. */
export const storyOf = (parts: Pick<EffectParts, 'memory'>): string => failoverIdOf(recordOf(parts));

/** What every notice about this node begins with. */
export const noticeOf = (parts: Pick<EffectParts, 'memory'>) => ({
  instanceId: parts.memory.assignment.instanceId,
  nodeId: parts.memory.nodeId,
  epoch: recordOf(parts).epoch,
});
