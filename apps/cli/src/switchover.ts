import type { InstanceView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { waitForOperation } from './operation-wait';

/** Asks for a planned switchover and waits for its end, unless --no-wait is given. */
export async function switchover(context: CommandContext): Promise<void> {
  const [idOrName] = context.words;
  const path = `/v1/instances/${encodeURIComponent(idOrName)}`;
  const { target } = context.options;
  const accepted = await context.api.post<{ operation: { id: string } }>(`${path}/switchover`, {
    ...(typeof target === 'string' ? { target } : {}),
  });
  if (context.options['no-wait']) return show(context, accepted, () => `operation  ${accepted.operation.id}`);
  const operation = await waitForOperation(context, accepted.operation.id);
  const instance = await context.api.get<InstanceView>(path);
  show(context, operation, () => {
    const took = operation.result?.durationMs;
    return `${instance.name}: ${instance.primary?.nodeId} on ${instance.primary?.hostId} serves after ${String(took)} ms.`;
  });
}
