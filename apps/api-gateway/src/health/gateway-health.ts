import { Injectable } from '@nestjs/common';
import type { Health } from '@tandem/platform';
import { EventLogLink } from '../backends/event-log-link';
import { NatsLink } from '../backends/nats-link';
import { ReadModel } from '../read-model/read-model';

@Injectable()
export class GatewayHealth {
  constructor(
    private readonly model: ReadModel,
    private readonly nats: NatsLink,
    private readonly eventLog: EventLogLink,
  ) {}

  /** Healthy = able to answer; what is away for the moment is told, and is no reason to restart this process. */
  look(): Health {
    const ok = this.model.caughtUp;
    const checks = {
      history: ok ? 'read' : 'being read',
      eventLog: this.eventLog.following ? 'followed' : 'away',
      nats: this.nats.connected ? 'connected' : 'away',
      topology: this.model.topologyLive ? 'followed' : 'away',
    };
    return { ok, checks };
  }
}
