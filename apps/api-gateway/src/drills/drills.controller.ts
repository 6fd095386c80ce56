import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { drillBody, DrillVerb } from '@tandem/contracts';
import { ServiceRequests } from '../backends/service-requests';
import { parseBody } from '../http/parse-input';
import { Problem } from '../http/problem';
import { InstanceLookup } from '../read-model/instance-lookup';

/** What the launcher is told to act on. */
export interface DrillTarget {
  hostId: string;
  instanceId?: string;
  nodeId?: string;
}

@Controller('v1/drills')
export class DrillsController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Post()
  @HttpCode(200)
  async drill(@Body() body: unknown): Promise<{ action: DrillVerb } & DrillTarget> {
    const { action, hostId, instance } = parseBody(drillBody, body);
    const target =
      action === 'kill-postmaster' ? this.primaryOf(given(instance, 'instance')) : this.host(given(hostId, 'hostId'));
    await this.services.drill(action, target);
    return { action, ...target };
  }

  private host(hostId: string): DrillTarget {
    if (this.lookup.hosts().some(({ id }) => id === hostId)) return { hostId };
    throw new Problem('host-unknown', `There is no host ${hostId}.`);
  }

  private primaryOf(idOrName: string): DrillTarget {
    const { id, name, primary } = this.lookup.view(this.lookup.find(idOrName));
    if (primary?.hostId) return { hostId: primary.hostId, instanceId: id, nodeId: primary.nodeId };
    throw new Problem('drill-refused', `${name} has no primary.`);
  }
}

function given(value: string | undefined, field: string): string {
  if (value !== undefined) return value;
  throw new Problem('invalid-request', `Not valid: ${field}.`, {
    errors: [{ field, message: 'is needed for this drill' }],
  });
}
