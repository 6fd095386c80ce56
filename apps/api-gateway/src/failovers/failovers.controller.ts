import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { failoversQuery, FailoverView, instanceId } from '@tandem/contracts';
import type { FastifyReply } from 'fastify';
import { EventLogLink } from '../backends/event-log-link';
import { parseInput } from '../http/parse-input';
import { InstanceLookup } from '../read-model/instance-lookup';
import { failoverCsv } from './failover-csv';
import { failoversOf } from './failover-timeline';

/** The switch log: every change of the primary with each step in ms, newest first; as JSON or as CSV. */
@Controller('v1/instances')
export class FailoversController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly log: EventLogLink,
  ) {}

  @Get(':idOrName/failovers')
  async list(
    @Param('idOrName') idOrName: string,
    @Query() query: unknown,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ failovers: FailoverView[] } | string> {
    const { format, last } = parseInput(failoversQuery, query);
    // By id also for an instance that is no more: its history stays.
    const id = instanceId.safeParse(idOrName).success ? idOrName : this.lookup.find(idOrName).instanceId;
    const events = await this.log.readStream(`topology:${id}`);
    if (events.length === 0) this.lookup.find(id);
    const failovers = failoversOf(events).slice(-last).reverse();
    if ((format ?? (accept?.includes('text/csv') ? 'csv' : 'json')) === 'json') return { failovers };
    void reply.header('content-type', 'text/csv; charset=utf-8; header=present');
    return failoverCsv(failovers);
  }
}
