import { AgentNotice, agentNotice, TopologyRecord } from '@tandem/contracts';
import { EventLog, StoredEvent } from '@tandem/event-log';
import { Permanent, Transient } from '@tandem/platform';
import { failoverIdOf, FailoverStep, failoverSteps, versionsOfFailover } from '@tandem/protocol';
import { stableId } from '../log-versions/stable-id';

type Step = Pick<FailoverStep, 'step' | 'row' | 'at'>;
type Version = { revision: number; record: TopologyRecord };

/** Turns what agents must not lose into events, once each; an endpoint's first word of an epoch completes the failover. */
export class NoticeLogger {
  constructor(private readonly events: EventLog) {}

  async log(body: unknown): Promise<void> {
    const parsed = agentNotice.safeParse(body);
    if (!parsed.success) throw new Permanent('notice-invalid', 'not a notice', { cause: parsed.error });
    const notice = parsed.data;
    const stream = `topology:${notice.data.instanceId}`;
    // The epoch's own versions come first, so that a reader finds the cause before its effect.
    const history = notice.type === 'EndpointRepointed' ? await this.openedEpoch(stream, notice) : [];
    const actor = notice.type === 'EndpointRepointed' ? notice.data.hostId : notice.data.nodeId;
    const meta = { actor, ...(notice.correlationId ? { correlationId: notice.correlationId } : {}) };
    await this.append(stream, { id: notice.id, type: notice.type, data: notice.data, meta });
    if (notice.type === 'EndpointRepointed') await this.complete(stream, notice, history);
  }

  private async openedEpoch(stream: string, notice: Extract<AgentNotice, { type: 'EndpointRepointed' }>) {
    const history = await this.topologyOf(stream);
    const opened = history.some(({ record }) => record.epoch === notice.data.epoch && record.state === 'open');
    if (!opened) throw new Transient('epoch-not-logged', 'the versions of the epoch are not in the log yet');
    return history;
  }

  private async topologyOf(stream: string): Promise<Version[]> {
    const events: StoredEvent[] = [];
    for (let fromVersion = 1; ; fromVersion += 1_000) {
      const page = await this.events.readStream(stream, { fromVersion });
      events.push(...page);
      if (page.length < 1_000) break;
    }
    return events.filter(({ data }) => (data as Partial<Version>).record).map(({ data }) => data as Version);
  }

  private async complete(
    stream: string,
    { data }: Extract<AgentNotice, { type: 'EndpointRepointed' }>,
    history: Version[],
  ): Promise<void> {
    const records = history.map(({ record }) => record);
    const versions = versionsOfFailover(records, data.epoch);
    const promotion = records.findIndex(({ epoch, state }) => epoch === data.epoch && state === 'promoting');
    const before = records[promotion - 1];
    if (!before || versions.length === 0) return; // The first epoch is a creation, not a failover.
    const steps = failoverSteps(versions).map(({ step, row, at }): Step => ({ step, row, at }));
    steps.push({ step: 'endpoint-repointed', row: data.row, at: data.at });
    const start = Date.parse(steps[0].at);
    await this.append(stream, {
      id: stableId('FailoverCompleted', data.instanceId, data.epoch),
      type: 'FailoverCompleted',
      data: {
        instanceId: data.instanceId,
        epoch: data.epoch,
        kind: before.handOver?.kind ?? 'fault',
        reason: before.handOver?.reason ?? 'host-silent',
        from: before.primary,
        to: data.primary,
        steps: steps.map((step) => ({ ...step, sinceStartMs: Date.parse(step.at) - start })),
      },
      meta: { actor: 'failover-orchestrator', correlationId: failoverIdOf(records[promotion]) },
    });
  }

  private async append(stream: string, event: Parameters<EventLog['append']>[2][number]): Promise<void> {
    const appended = await this.events.append(stream, 'any', [event]);
    if (!appended.ok) throw new Permanent('notice-refused', appended.rejection.detail);
  }
}
