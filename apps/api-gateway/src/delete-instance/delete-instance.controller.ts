import { randomUUID } from 'node:crypto';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ServiceRequests } from '../backends/service-requests';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/instances')
export class DeleteInstanceController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Delete(':idOrName')
  @HttpCode(202)
  async delete(@Param('idOrName') idOrName: string): Promise<{ operation: { id: string } }> {
    const { instanceId } = this.lookup.find(idOrName);
    const operationId = `op-${randomUUID()}`;
    await this.services.deleteInstance({ instanceId, operationId });
    return { operation: { id: operationId } };
  }
}
