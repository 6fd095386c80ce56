import { Controller, Get } from '@nestjs/common';
import type { HostView } from '@tandem/contracts';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/hosts')
export class HostsController {
  constructor(private readonly lookup: InstanceLookup) {}

  @Get()
  list(): { hosts: HostView[] } {
    return { hosts: this.lookup.hosts() };
  }
}
