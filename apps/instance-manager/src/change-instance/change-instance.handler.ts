import type { ChangeInstance } from '@tandem/contracts';
import type { EventLog } from '@tandem/event-log';
import { allocationStream, decideInstance, nameIsFree, NewInstanceEvent } from '@tandem/lifecycle';
import type { Deadline } from '@tandem/messaging';
import { accepted, Result, Transient } from '@tandem/platform';
import type { StreamAppend } from '../backends/append-together';
import { InstanceStore, instanceStream } from '../backends/instance-store';
import { staleRevision } from './stale-revision';

const ROUNDS = 5;

type Reply = Result<{ operationId: string }>;

/** Changes what lies in the control plane alone: name, tags, protection. It is done when this returns. */
export class ChangeInstanceHandler {
  constructor(
    private readonly store: InstanceStore,
    private readonly log: EventLog,
  ) {}

  async handle(command: ChangeInstance, deadline: Deadline | null): Promise<Reply> {
    const { instanceId, operationId, revision, ...settings } = command;
    if (!this.store.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
    await this.store.refresh(instanceStream(instanceId));
    if (settings.name !== undefined) await this.store.refresh(allocationStream);
    for (let round = 0; round < ROUNDS; round++) {
      if ((await this.log.readStream(operationStream(operationId))).length > 0) return accepted({ operationId });
      const { state, version } = this.store.get(instanceId);
      const decided = decideInstance({ do: 'change-settings', operationId, ...settings }, state);
      if (!decided.ok) return { ok: false, rejection: decided.refusal };
      const stale = staleRevision(revision, version);
      if (stale) return stale;
      const renaming = this.renaming(instanceId, decided.value);
      if (!renaming.ok) return renaming;
      deadline?.expectAhead();
      const appends = [...renaming.result, ...changes(decided.value, version, command)];
      if (!(await this.store.append(appends, operationId))) return accepted({ operationId });
    }
    throw new Transient('instance-contended', 'the instance kept changing');
  }

  /** Names are handed out in the allocation stream, so that a creation and a renaming cannot get the same one. */
  private renaming(instanceId: string, events: readonly NewInstanceEvent[]): Result<StreamAppend[]> {
    const renamed = events.find(({ type }) => type === 'InstanceRenamed');
    if (!renamed) return accepted([]);
    const { ledger } = this.store;
    const name = renamed.data.to as string;
    const free = nameIsFree(ledger, { instanceId, spec: { name } });
    if (!free.ok) return { ok: false, rejection: free.refusal };
    const type = 'InstanceAllocationRenamed';
    return accepted([{ stream: allocationStream, expectedVersion: ledger.version, type, data: { instanceId, name } }]);
  }
}

const operationStream = (operationId: string): string => `operation:${operationId}`;

/** The end of the operation stands last, in the same transaction: it is there if and only if the changes are. */
function changes(
  events: readonly NewInstanceEvent[],
  version: number,
  { instanceId, operationId, name, tags, deletionProtection }: ChangeInstance,
): StreamAppend[] {
  const stream = instanceStream(instanceId);
  const settings = Object.entries({ name, tags, deletionProtection })
    .filter(([, value]) => value !== undefined)
    .map(([setting]) => setting);
  return [
    ...events.map((event, index) => ({ stream, expectedVersion: version + index, ...event })),
    {
      stream: operationStream(operationId),
      expectedVersion: 0,
      type: 'InstanceChangeCompleted',
      data: { operationId, instanceId, settings },
    },
  ];
}
