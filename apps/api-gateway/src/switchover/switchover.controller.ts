import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { switchoverBody } from '@tandem/contracts';
import { ServiceRequests } from '../backends/service-requests';
import { parseBody } from '../http/parse-input';
import { RequestSeed, Seed } from '../idempotency/request-seed';
import { InstanceLookup } from '../read-model/instance-lookup';
import { refuseImpossible } from './refuse-impossible';

@Controller('v1/instances')
export class SwitchoverController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Post(':idOrName/switchover')
  @HttpCode(202)
  async switchover(
    @Param('idOrName') idOrName: string,
    @Body() body: unknown,
    @Seed() seed: RequestSeed,
  ): Promise<{ operation: { id: string } }> {
    const { target } = parseBody(switchoverBody, body ?? {});
    const state = this.lookup.find(idOrName);
    refuseImpossible(state, target);
    const operationId = seed.operationId();
    await this.services.switchover({ operationId, instanceId: state.instanceId, target });
    return { operation: { id: operationId } };
  }
}
