import {
  ChangeInstance,
  controlRequests,
  CreateInstance,
  DeleteInstance,
  DrillVerb,
  OperationView,
  problemRegistry,
  subjects,
  whatIfReport,
  WhatIfReport,
} from '@tandem/contracts';
import { request } from '@tandem/messaging';
import { monotonicMs, Rejection, Result, Transient, UnknownOutcome, wallIso } from '@tandem/platform';
import { z } from 'zod';
import { Problem, problemOfRejection } from '../http/problem';
import type { ReadModel } from '../read-model/read-model';
import type { NatsLink } from './nats-link';

/** A service answers once the first event is appended: 10 s leave room for a control database that restarts. */
const SERVICE_LIMIT_MS = 10_000;
/** The agents of an instance are asked for 300 ms at the most. */
const WHAT_IF_LIMIT_MS = 2_000;
/** A drill ends when no process is left, or all of a host's have started. */
const DRILL_LIMIT_MS = 20_000;
/** How long a client's own next look may be held back until the read model has what it was told. */
const READ_YOUR_WRITE_MS = 2_000;

/** Requests to the other services; a refusal becomes a problem. */
export class ServiceRequests {
  constructor(
    private readonly link: NatsLink,
    private readonly model: ReadModel,
  ) {}

  async createInstance(command: CreateInstance): Promise<{ instanceId: string }> {
    const { reply } = controlRequests['instance-manager']['create-instance'];
    const result = await this.ask('instance-manager', 'create-instance', command, reply);
    await this.accepted({ ...command, instanceId: result.instanceId }, 'create-instance');
    return result;
  }

  async deleteInstance(command: DeleteInstance): Promise<void> {
    const { reply } = controlRequests['instance-manager']['delete-instance'];
    await this.ask('instance-manager', 'delete-instance', command, reply);
    await this.accepted(command, 'delete-instance');
  }

  async changeInstance(command: ChangeInstance): Promise<void> {
    const { reply } = controlRequests['instance-manager']['change-instance'];
    await this.ask('instance-manager', 'change-instance', command, reply);
    await this.accepted(command, 'change-instance');
  }

  async switchover(command: { instanceId: string; operationId: string; target?: string }): Promise<void> {
    const { reply } = controlRequests['failover-orchestrator'].switchover;
    await this.ask('failover-orchestrator', 'switchover', command, reply);
    this.accept(command, 'switchover');
  }

  /** Asks the orchestrator, which has the live facts. */
  async whatIf(instanceId: string): Promise<WhatIfReport> {
    const options = { timeoutMs: WHAT_IF_LIMIT_MS, reply: whatIfReport };
    const subject = subjects.service('failover-orchestrator', 'what-if');
    const outcome = await request(this.link.bus(), subject, { instanceId }, options).catch((cause: unknown) => {
      // A question that changes nothing may be asked again, whatever became of it.
      if (!(cause instanceof UnknownOutcome)) throw cause;
      throw new Transient(cause.code, cause.message, { cause });
    });
    if (!outcome.ok) throw problemOfRejection(outcome.rejection);
    return outcome.result;
  }

  /** Nobody but the launcher of simulated hosts answers drills. */
  async drill(verb: DrillVerb, target: object): Promise<void> {
    const options = { timeoutMs: DRILL_LIMIT_MS };
    const outcome = await request(this.link.bus(), subjects.drill(verb), target, options).catch((error: unknown) => {
      const absent = (error as { code?: string }).code === 'no-responder';
      throw absent ? new Problem('drill-unavailable', 'Nothing here answers drills.') : error;
    });
    if (!outcome.ok) throw drillProblem(outcome.rejection);
  }

  private async ask<S extends z.ZodType>(
    service: keyof typeof controlRequests,
    verb: string,
    body: { operationId: string },
    reply: S,
  ): Promise<z.infer<S>> {
    const options = { timeoutMs: SERVICE_LIMIT_MS, reply };
    const asked: Promise<Result<z.infer<S>>> = request(this.link.bus(), subjects.service(service, verb), body, options);
    const outcome = await asked.catch((cause: unknown) => {
      if (!(cause instanceof UnknownOutcome)) throw cause;
      // The operation's id is the way to look at what became of it.
      throw new UnknownOutcome(cause.code, cause.message, { cause, params: { operationId: body.operationId } });
    });
    if (outcome.ok) return outcome.result;
    // A request that came again finds itself under way.
    if (outcome.rejection.params?.operationId === body.operationId) return body as z.infer<S>;
    throw problemOfRejection(outcome.rejection);
  }

  /** Waits, with a bound, until the read model shows the operation: who created something finds it at once. */
  private async accepted(operation: { operationId: string; instanceId: string }, kind: OperationView['kind']) {
    const signal = new AbortController().signal;
    const endMs = monotonicMs() + READ_YOUR_WRITE_MS;
    while (!this.model.operations.get(operation.operationId)) {
      const leftMs = endMs - monotonicMs();
      if (leftMs <= 0) break;
      await this.model.feed.changed(this.model.feed.lastPosition, leftMs, signal);
    }
    this.accept(operation, kind);
  }

  private accept(
    { operationId, instanceId }: { operationId: string; instanceId: string },
    kind: OperationView['kind'],
  ) {
    this.model.operations.accept({ id: operationId, instanceId, kind, startedAt: wallIso() });
  }
}

function drillProblem(rejection: Rejection): Problem {
  if (Object.hasOwn(problemRegistry, rejection.code)) return problemOfRejection(rejection);
  return new Problem('drill-refused', rejection.detail);
}
