import type { HistoryView, NodeView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { sheet } from './table';

/** What the events tell of an instance at one moment; by its name of that time, or by its id. */
export async function showHistory(context: CommandContext): Promise<void> {
  const { at } = context.options;
  const query = typeof at === 'string' ? `?at=${encodeURIComponent(at)}` : '';
  const path = `/v1/instances/${encodeURIComponent(context.words[0])}/history${query}`;
  const history = await context.api.get<HistoryView>(path);
  show(context, history, () => historySheet(history));
}

const place = (node: NodeView | null): string => (node ? `${node.nodeId} on ${node.hostId} (${node.zone})` : '-');

function historySheet(history: HistoryView): string {
  const { spec, topology, operations } = history;
  return sheet([
    ['id', history.id],
    ['name', history.name ?? '-'],
    ['status', history.status],
    ['edition', spec ? `${spec.edition}, ${spec.zones}` : '-'],
    ['primary', place(history.primary)],
    ['secondary', place(history.secondary)],
    ['epoch', String(history.epoch ?? '-')],
    ['syncSet', history.syncSet.join(', ') || 'empty'],
    ['record', topology ? `revision ${topology.revision}, ${topology.state} [${topology.row}]` : '-'],
    ...operations.map(({ id, kind, startedAt }) => ['running', `${kind} ${id}, since ${startedAt}`] as const),
    ['as of', `event ${history.position}, ${history.at ?? '-'}`],
  ]);
}
