import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { EventLogLink } from '../backends/event-log-link';
import { NatsLink } from '../backends/nats-link';
import { ReadModel } from '../read-model/read-model';

@Controller('healthz')
export class HealthController {
  constructor(
    private readonly model: ReadModel,
    private readonly nats: NatsLink,
    private readonly eventLog: EventLogLink,
  ) {}

  /** Healthy = able to answer; what is away for the moment is told, and is no reason to restart this process. */
  @Get()
  look(@Res({ passthrough: true }) reply: FastifyReply): object {
    const ok = this.model.caughtUp;
    void reply.status(ok ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    const checks = {
      history: ok ? 'read' : 'being read',
      eventLog: this.eventLog.following ? 'followed' : 'away',
      nats: this.nats.connected ? 'connected' : 'away',
      topology: this.model.topologyLive ? 'followed' : 'away',
    };
    return { ok, checks };
  }
}
