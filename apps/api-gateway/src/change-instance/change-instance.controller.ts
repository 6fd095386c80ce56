import { Body, Controller, Headers, HttpCode, Param, Patch, Res } from '@nestjs/common';
import { changeInstanceBody } from '@tandem/contracts';
import type { FastifyReply } from 'fastify';
import { ServiceRequests } from '../backends/service-requests';
import { basedOn, entityTag } from '../http/entity-tag';
import { parseBody } from '../http/parse-input';
import { Problem } from '../http/problem';
import { RequestSeed, Seed } from '../idempotency/request-seed';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/instances')
export class ChangeInstanceController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Patch(':idOrName')
  @HttpCode(202)
  async change(
    @Param('idOrName') idOrName: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Seed() seed: RequestSeed,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ operation: { id: string } }> {
    const settings = parseBody(changeInstanceBody, body);
    const { instanceId } = this.lookup.find(idOrName);
    if (ifMatch === undefined) throw new Problem('revision-missing', 'The header If-Match is missing.');
    const { revision } = basedOn(ifMatch);
    const operationId = seed.operationId();
    await this.services.changeInstance({ ...settings, instanceId, operationId, revision });
    void reply.header('etag', entityTag(this.lookup.view(this.lookup.find(instanceId)).revision));
    return { operation: { id: operationId } };
  }
}
