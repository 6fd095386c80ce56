import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { createInstanceBody, CreateInstance, InstanceAccepted } from '@tandem/contracts';
import { Secret } from '@tandem/platform';
import type { FastifyReply } from 'fastify';
import { ServiceRequests } from '../backends/service-requests';
import { parseBody } from '../http/parse-input';
import { RequestSeed, Seed } from '../idempotency/request-seed';
import { refuseOtherRegion, refuseUnknownZone } from './placement-fields';
import { scramVerifier } from './scram-verifier';

@Controller('v1/instances')
export class CreateInstanceController {
  constructor(private readonly services: ServiceRequests) {}

  @Post()
  @HttpCode(202)
  async create(
    @Body() body: unknown,
    @Seed() seed: RequestSeed,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InstanceAccepted> {
    refuseOtherRegion(body);
    refuseUnknownZone(body);
    const { password: chosen, ...spec } = parseBody(createInstanceBody, body);
    const password = chosen === undefined ? seed.password() : new Secret(chosen);
    const operationId = seed.operationId();
    const command: CreateInstance = { ...spec, operationId, verifier: scramVerifier(password) };
    const { instanceId } = await this.services.createInstance(command);
    void reply.header('location', `/v1/instances/${instanceId}`);
    return {
      operation: { id: operationId },
      instance: { id: instanceId, name: spec.name, status: 'creating' },
      credentials: { account: spec.account, password: password.reveal(), database: spec.database },
    };
  }
}
