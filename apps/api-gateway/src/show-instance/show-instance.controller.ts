import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { InstanceView, pageQuery } from '@tandem/contracts';
import type { FastifyReply } from 'fastify';
import { entityTag } from '../http/entity-tag';
import { pageOf } from '../http/page';
import { parseInput } from '../http/parse-input';
import { InstanceLookup } from '../read-model/instance-lookup';

@Controller('v1/instances')
export class ShowInstanceController {
  constructor(private readonly lookup: InstanceLookup) {}

  @Get()
  list(@Query() query: unknown): { instances: InstanceView[]; next: string | null } {
    const { items, next } = pageOf(this.lookup.all(), byAge, parseInput(pageQuery, query));
    return { instances: items, next };
  }

  @Get(':idOrName')
  show(@Param('idOrName') idOrName: string, @Res({ passthrough: true }) reply: FastifyReply): InstanceView {
    const view = this.lookup.view(this.lookup.find(idOrName));
    void reply.header('etag', entityTag(view.revision));
    return view;
  }
}

const byAge = ({ requestedAt, id }: InstanceView): string => `${requestedAt} ${id}`;
