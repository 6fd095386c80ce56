import type { OperationView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { sheet, table } from './table';

export async function listOperations(context: CommandContext): Promise<void> {
  const { instance, status } = context.options;
  const wish = Object.entries({ instance, status }).filter(([, value]) => typeof value === 'string');
  const query = Object.fromEntries(wish) as Record<string, string>;
  const operations = await context.api.list<OperationView>('/v1/operations', 'operations', query);
  show(context, operations, () =>
    table(
      ['OPERATION', 'KIND', 'INSTANCE', 'STATUS', 'DONE', 'STARTED', 'STEP'],
      operations.map((each) => [
        each.id,
        each.kind,
        each.instanceId,
        each.status,
        `${each.progress} %`,
        each.startedAt,
        each.steps.find(({ status }) => status === 'running')?.step ?? '-',
      ]),
    ),
  );
}

export async function showOperation(context: CommandContext): Promise<void> {
  const operation = await context.api.get<OperationView>(`/v1/operations/${encodeURIComponent(context.words[0])}`);
  show(context, operation, () =>
    [
      sheet([
        ['operation', operation.id],
        ['kind', `${operation.kind} of ${operation.instanceId}`],
        ['status', `${operation.status}, ${operation.progress} %`],
        ...(operation.problem ? [['problem', `${operation.problem.code}: ${operation.problem.detail}`] as const] : []),
      ]),
      table(
        ['STEP', 'STATUS', 'STARTED', 'FINISHED'],
        operation.steps.map((each) => [each.step, each.status, each.startedAt ?? '-', each.finishedAt ?? '-']),
      ),
    ].join('\n\n'),
  );
}
