import { Controller, Get, Param } from '@nestjs/common';
import type { InstanceView } from '@tandem/contracts';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/instances')
export class ShowInstanceController {
  constructor(private readonly lookup: InstanceLookup) {}

  @Get()
  list(): { instances: InstanceView[] } {
    return { instances: this.lookup.all() };
  }

  @Get(':idOrName')
  show(@Param('idOrName') idOrName: string): InstanceView {
    return this.lookup.view(this.lookup.find(idOrName));
  }
}
