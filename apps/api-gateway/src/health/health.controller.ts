import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { Health } from '@tandem/platform';
import type { FastifyReply } from 'fastify';
import { GatewayHealth } from './gateway-health';

@Controller('healthz')
export class HealthController {
  constructor(private readonly health: GatewayHealth) {}

  @Get()
  look(@Res({ passthrough: true }) reply: FastifyReply): Health {
    const health = this.health.look();
    void reply.status(health.ok ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return health;
  }
}
