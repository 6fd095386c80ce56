import type { DeleteInstance } from '@tandem/contracts';
import { decideInstance } from '@tandem/lifecycle';
import type { Deadline } from '@tandem/messaging';
import { accepted, rejected, Result, Transient } from '@tandem/platform';
import { InstanceStore, instanceStream } from '../backends/instance-store';
import { staleRevision } from '../change-instance/stale-revision';
import type { Records } from '../backends/records';

const ROUNDS = 5;

type Reply = Result<{ operationId: string }>;

/** Records the wish to delete; the workflow does the rest. */
export class DeleteInstanceHandler {
  constructor(
    private readonly store: InstanceStore,
    private readonly records: Records,
  ) {}

  async handle({ instanceId, operationId, revision }: DeleteInstance, deadline: Deadline | null): Promise<Reply> {
    if (!this.store.caughtUp) throw new Transient('catching-up', 'the history has not been read to its end yet');
    await this.store.refresh(instanceStream(instanceId));
    for (let round = 0; round < ROUNDS; round++) {
      const { state, version } = this.store.get(instanceId);
      if (state.status === 'deleting' && state.operationId === operationId) return accepted({ operationId });
      const stale = staleRevision(revision, version);
      if (stale) return stale;
      const decided = decideInstance({ do: 'request-deletion', operationId }, state);
      if (!decided.ok) return { ok: false, rejection: decided.refusal };
      const switching = await this.switchoverUnderWay(instanceId);
      if (switching) return switching;
      deadline?.expectAhead();
      const stream = instanceStream(instanceId);
      const appends = decided.value.map((event) => ({ stream, expectedVersion: version, ...event }));
      if (!(await this.store.append(appends, operationId))) return accepted({ operationId });
    }
    throw new Transient('instance-contended', 'the instance kept changing');
  }

  /** A courtesy, not a rule: the retirement and the switchover compete by compare-and-set anyway. */
  private async switchoverUnderWay(instanceId: string): Promise<Reply | null> {
    const { version } = await this.records.look(instanceId);
    const handOver = version?.record.handOver;
    if (handOver?.kind !== 'switchover') return null;
    return rejected('operation-in-progress', 'A switchover is under way.', { operationId: handOver.operationId });
  }
}
