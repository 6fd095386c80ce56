import { Controller, Get, Param } from '@nestjs/common';
import type { WhatIfView } from '@tandem/contracts';
import { ServiceRequests } from '../backends/service-requests';
import { Problem } from '../http/problem';
import { InstanceLookup } from '../read-model/instance-lookup';
import { ReadModel } from '../read-model/read-model';

/** An instance that is deleted while all are asked about is none of them any more. */
const goneMeanwhile = (error: unknown): null => {
  if (error instanceof Problem && error.code === 'instance-unknown') return null;
  throw error;
};

/** What would become of each instance if a host, a zone, a link or a service were lost at this moment. */
@Controller('v1')
export class WhatIfController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly model: ReadModel,
    private readonly services: ServiceRequests,
  ) {}

  /** Of all instances that serve; the course of events of each answer is told by the instance's own path. */
  @Get('what-if')
  async all(): Promise<{ instances: WhatIfView[] }> {
    const asked = this.lookup.all().filter(({ id }) => this.model.record(id) !== null);
    const instances = await Promise.all(asked.map(({ id, name }) => this.of(id, name).catch(goneMeanwhile)));
    const there = instances.filter((one) => one !== null);
    return { instances: there.map((one) => ({ ...one, answers: one.answers.map((a) => ({ ...a, path: [] })) })) };
  }

  @Get('instances/:idOrName/what-if')
  one(@Param('idOrName') idOrName: string): Promise<WhatIfView> {
    const { instanceId, spec } = this.lookup.find(idOrName);
    return this.of(instanceId, spec.name);
  }

  private async of(instanceId: string, name: string): Promise<WhatIfView> {
    return { name, ...(await this.services.whatIf(instanceId)) };
  }
}
