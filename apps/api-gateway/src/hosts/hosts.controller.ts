import { Controller, Get, Query } from '@nestjs/common';
import { HostView, pageQuery } from '@tandem/contracts';
import { pageOf } from '../http/page';
import { parseInput } from '../http/parse-input';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/hosts')
export class HostsController {
  constructor(private readonly lookup: InstanceLookup) {}

  @Get()
  list(@Query() query: unknown): { hosts: HostView[]; next: string | null } {
    const { items, next } = pageOf(this.lookup.hosts(), ({ id }) => id, parseInput(pageQuery, query));
    return { hosts: items, next };
  }
}
