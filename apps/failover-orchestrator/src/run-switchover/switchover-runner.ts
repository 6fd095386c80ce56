import { InstanceId, NodeId, ProblemCode, TopologyRecord } from '@tandem/contracts';
import { EventLog } from '@tandem/event-log';
import { Bus } from '@tandem/messaging';
import { accepted, Logger, monotonicMs, pause, rejected, Result, Transient } from '@tandem/platform';
import { otherNode, timings } from '@tandem/protocol';
import { TopologyStore } from '@tandem/topology';
import { askAgent } from '../decide-failover/agent-link';
import { HostFactsView } from '../decide-failover/host-facts.view';
import { stableId } from '../log-versions/stable-id';

interface Request {
  operationId: string;
  instanceId: InstanceId;
  target?: NodeId;
}

/** A planned switchover is decided one way or the other within this time, or told as given up. */
const OUTCOME_MS = 30_000;
const CHECKPOINT_MS = 60_000;

/**
 * R15, the planned part: checkpoints, pause, and the order to hand over. From the hand-over on the failover table
 * decides, as for a fault; a runner that dies leaves nothing that the record and the agents' own bounds do not end.
 */
export class SwitchoverRunner {
  private readonly running = new Map<InstanceId, string>();

  constructor(
    private readonly parts: {
      bus: Bus;
      store: TopologyStore;
      events: EventLog;
      hosts: HostFactsView;
      log: Logger;
    },
  ) {}

  /** Refused with a reason, or under way when this returns. */
  async begin(request: Request): Promise<Result<{ operationId: string }>> {
    const { store, log } = this.parts;
    const other = this.running.get(request.instanceId);
    if (other) return rejected('operation-in-progress', `Operation ${other} is running`, { operationId: other });
    const version = await store.read(request.instanceId);
    const refusal = refusalOf(version?.record ?? null, request.target);
    if (refusal || !version) return refusal ?? rejected('instance-unknown', 'There is no record of the instance');
    const target = otherNode(version.record, version.record.primary)!;
    this.running.set(request.instanceId, request.operationId);
    try {
      await this.append(request, 'SwitchoverRequested', { from: version.record.primary, target });
    } catch (error) {
      this.running.delete(request.instanceId);
      throw error;
    }
    void this.run(request, version.record, target)
      .catch((err: unknown) => log.error({ err, operationId: request.operationId }, 'The switchover could not be told'))
      .finally(() => this.running.delete(request.instanceId));
    return accepted({ operationId: request.operationId });
  }

  /** Operations that a runner before this one began: their outcome is read off the record. */
  async conclude(): Promise<void> {
    const { events } = this.parts;
    const open = new Map<string, Request & { target: NodeId }>();
    for (let from = 0; ;) {
      const page = await events.readAll({
        from,
        limit: 1_000,
        types: ['SwitchoverRequested', 'SwitchoverCompleted', 'SwitchoverFailed'],
      });
      for (const { type, data, position } of page) {
        const operation = data as Request & { target: NodeId };
        if (type === 'SwitchoverRequested') open.set(operation.operationId, operation);
        else open.delete(operation.operationId);
        from = position;
      }
      if (page.length < 1_000) break;
    }
    await Promise.all([...open.values()].map((operation) => this.outcome(operation, operation.target, null, 0)));
  }

  private async run(request: Request, record: TopologyRecord, target: NodeId): Promise<void> {
    const { bus, log } = this.parts;
    const startedMs = monotonicMs();
    const { hostId } = record.nodes[record.primary];
    const node = { instanceId: request.instanceId, nodeId: record.primary };
    let pausedMs = startedMs;
    try {
      await this.must(askAgent(bus, hostId, 'prepare-switchover', node, CHECKPOINT_MS));
      pausedMs = monotonicMs();
      await this.pauseEndpoints(request.instanceId);
      const order = { ...node, target, operationId: request.operationId, epoch: record.epoch, deadlineMs: 1_500 };
      await this.must(askAgent(bus, hostId, 'begin-switchover', order, 1_000));
    } catch (err) {
      log.warn({ err, operationId: request.operationId }, 'The switchover was given up before the hand-over');
      await this.resumeEndpoints(request.instanceId);
      const code: ProblemCode = err instanceof Refused ? err.code : 'unavailable';
      const problem = { code, detail: err instanceof Error ? err.message : String(err) };
      return this.append(request, 'SwitchoverFailed', { problem });
    }
    await this.outcome(request, target, record, pausedMs);
  }

  /** Waits for the record to be open again and tells who serves. */
  private async outcome(
    request: Request,
    target: NodeId,
    before: TopologyRecord | null,
    sinceMs: number,
  ): Promise<void> {
    const { store } = this.parts;
    const untilMs = monotonicMs() + OUTCOME_MS;
    let left = before === null;
    for (;;) {
      const record = (await store.read(request.instanceId).catch(() => null))?.record;
      left ||= record !== undefined && record.state !== 'open';
      if (record?.state === 'open' && record.primary === target && record.epoch > (before?.epoch ?? 0)) {
        const durationMs = sinceMs === 0 ? 0 : Math.round(monotonicMs() - sinceMs);
        return this.append(request, 'SwitchoverCompleted', { epoch: record.epoch, durationMs });
      }
      const over = monotonicMs() >= untilMs;
      if (over || (left && record?.state === 'open')) {
        await this.resumeEndpoints(request.instanceId);
        const detail = over ? 'The target did not take over in time' : 'The hand-over was withdrawn';
        return this.append(request, 'SwitchoverFailed', { problem: { code: 'outcome-unknown', detail } });
      }
      await pause(20);
    }
  }

  private async pauseEndpoints(instanceId: InstanceId): Promise<void> {
    const { bus, hosts } = this.parts;
    await Promise.all(
      hosts.withRole('endpoint').map(async (hostId) => {
        const body = { instanceId, boundMs: timings.pauseLimit };
        const answer = await askAgent(bus, hostId, 'pause-endpoint', body, timings.pauseLimit + 500);
        if (!answer.ok && answer.rejection.code !== 'endpoint-unknown')
          throw new Refused(answer.rejection.code, answer.rejection.detail);
      }),
    );
  }

  private async resumeEndpoints(instanceId: InstanceId): Promise<void> {
    const { bus, hosts } = this.parts;
    const ask = (hostId: string) =>
      askAgent(bus, hostId, 'resume-endpoint', { instanceId }, 1_000).catch(() => undefined);
    await Promise.all(hosts.withRole('endpoint').map(ask));
  }

  private async must(answer: Promise<Result<unknown>>): Promise<void> {
    const result = await answer;
    if (!result.ok) throw new Refused(result.rejection.code, result.rejection.detail);
  }

  private async append(request: Request, type: string, data: object): Promise<void> {
    const { operationId, instanceId } = request;
    const appended = await this.parts.events.append(`operation:${operationId}`, 'any', [
      {
        id: stableId(type, operationId),
        type,
        data: { operationId, instanceId, ...data },
        meta: { actor: 'service:failover-orchestrator', correlationId: operationId },
      },
    ]);
    if (!appended.ok) throw new Transient('operation-not-logged', appended.rejection.detail);
  }
}

class Refused extends Error {
  readonly code: ProblemCode;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code as ProblemCode;
  }
}

function refusalOf(record: TopologyRecord | null, target: NodeId | undefined) {
  if (!record || record.state === 'retired') return rejected('instance-unknown', 'There is no such instance');
  if (record.edition === 'basic') return rejected('wrong-edition', 'A Basic instance has no secondary');
  if (record.state !== 'open') return rejected('switchover-not-open', `The record is ${record.state}`);
  if (record.syncSet.length === 0) return rejected('switchover-degraded', 'syncSet is empty');
  if (target !== undefined && !record.syncSet.includes(target))
    return rejected('switchover-target', `${target} is not the secondary of this instance`);
  return null;
}
