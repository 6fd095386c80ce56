/** An operation that has begun and not ended. */
export interface RunningOperation {
  readonly id: string;
  readonly kind: string;
  /** ISO-8601 UTC. */
  readonly startedAt: string;
}

const begins: Readonly<Record<string, string>> = {
  InstanceCreationRequested: 'create-instance',
  InstanceDeletionRequested: 'delete-instance',
  SwitchoverRequested: 'switchover',
};
const ends: ReadonlySet<string> = new Set([
  'InstanceCreated',
  'InstanceCreationFailed',
  'InstanceDeleted',
  'SwitchoverCompleted',
  'SwitchoverFailed',
]);

/** Total: an event that begins or ends no operation leaves them as they are. */
export function evolveOperations(
  running: readonly RunningOperation[],
  event: { readonly type: string; readonly data: unknown; readonly at: string },
): readonly RunningOperation[] {
  const { operationId: id } = event.data as { operationId?: string };
  if (id === undefined) return running;
  const kind = begins[event.type];
  const others = running.filter((operation) => operation.id !== id);
  if (kind !== undefined) return [...others, { id, kind, startedAt: event.at }];
  return ends.has(event.type) ? others : running;
}
