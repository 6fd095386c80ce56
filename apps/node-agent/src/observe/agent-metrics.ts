import { metrics, NodeId, TopologyRecord } from '@tandem/contracts';
import { MetricBook } from '@tandem/platform';
import type { NodeController } from '../node/node-controller';

const ofNodes = [
  metrics.nodeRole,
  metrics.nodeGate,
  metrics.nodeEpoch,
  metrics.nodeSyncSet,
  metrics.replicationLag,
] as const;

interface Sources {
  readonly nodes: ReadonlyMap<NodeId, NodeController>;
  /** null before the session is held. */
  readonly sessionAgeMs: () => number | null;
}

/** What one host tells of itself: from the last look at each node, never by a new one. */
export function agentMetrics({ nodes, sessionAgeMs }: Sources): MetricBook {
  const book = new MetricBook('node-agent');
  book.collect(() => {
    const ageMs = sessionAgeMs();
    if (ageMs !== null) book.set(metrics.sessionAge, {}, ageMs / 1_000);
    ofNodes.forEach((metric) => book.clear(metric));
    for (const node of nodes.values()) tellNode(book, node);
  });
  return book;
}

function tellNode(book: MetricBook, { report, record, lagBytes }: NodeController): void {
  if (!record) return;
  const labels = { instance_id: record.instanceId, node_id: report.nodeId };
  for (const role of ['primary', 'standby', 'none'])
    book.set(metrics.nodeRole, { ...labels, role }, role === report.role ? 1 : 0);
  book.set(metrics.nodeGate, labels, report.gate === 'open' ? 1 : 0);
  book.set(metrics.nodeEpoch, labels, report.persistedEpoch);
  book.set(metrics.nodeSyncSet, labels, record.syncSet.includes(report.nodeId) ? 1 : 0);
  if (lagBytes !== null) book.set(metrics.replicationLag, labels, lagBytes);
}

/** Counts the compare-and-sets of a process by the row that decided each. */
export const countCas =
  (book: MetricBook) =>
  ({ decision }: TopologyRecord, outcome: string): void =>
    book.add(metrics.recordCas, { row: decision.row, outcome });
