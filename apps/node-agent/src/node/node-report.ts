import { NodeReport } from '@tandem/contracts';
import { monotonicMs } from '@tandem/platform';
import { timings } from '@tandem/protocol';
import { NodeMemory } from './node-memory';
import { NodeSight } from './node-sight';

/** What this node says of itself to its peer, to the orchestrator and to people; from the last look, never a new one. */
export function nodeReport(memory: NodeMemory, sight: NodeSight): NodeReport {
  const { state } = memory.file;
  return {
    nodeId: memory.nodeId,
    persistedEpoch: memory.record?.epoch ?? 0,
    confirmedEpoch: memory.confirmedNow ? (memory.record?.epoch ?? null) : null,
    incarnation: state.incarnation,
    hasData: sight.data !== 'none',
    postgres: memory.accepting ? 'running' : memory.running ? 'starting' : 'stopped',
    role: sight.data === 'primary' ? 'primary' : sight.data === 'standby' ? 'standby' : 'none',
    gate: sight.gate,
    names: memory.record?.syncSet.length ? 'set' : 'clear',
    streaming: sight.standby?.receiver?.status === 'streaming',
    receivedLsn: sight.position,
    insertLsn: sight.primary?.insertLsn ?? null,
    silenceCutInMs: Math.max(0, memory.lastSilenceCutMs + timings.cutEvery - monotonicMs()),
    timeline: sight.primary?.timeline ?? sight.standby?.receiver?.timeline ?? sight.standby?.controlTimeline ?? null,
    shutdownLsn: memory.shutdownLsn,
    lineage: [...state.lineage],
    row: memory.row,
  };
}
