import { Controller, Delete, Headers, HttpCode, Param } from '@nestjs/common';
import { ServiceRequests } from '../backends/service-requests';
import { basedOn } from '../http/entity-tag';
import { RequestSeed, Seed } from '../idempotency/request-seed';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/instances')
export class DeleteInstanceController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Delete(':idOrName')
  @HttpCode(202)
  async delete(
    @Param('idOrName') idOrName: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Seed() seed: RequestSeed,
  ): Promise<{ operation: { id: string } }> {
    const { revision } = ifMatch === undefined ? {} : basedOn(ifMatch);
    const { instanceId } = this.lookup.find(idOrName);
    const operationId = seed.operationId();
    await this.services.deleteInstance({ instanceId, operationId, revision });
    return { operation: { id: operationId } };
  }
}
