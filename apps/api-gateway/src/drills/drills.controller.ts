import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { drillBody, DrillDone } from '@tandem/contracts';
import { ServiceRequests } from '../backends/service-requests';
import { parseBody } from '../http/parse-input';
import { Problem } from '../http/problem';
import { InstanceLookup } from '../read-model/instance-lookup';

/** What the launcher is told to act on. */
type Target = Omit<DrillDone, 'action'>;

@Controller('v1/drills')
export class DrillsController {
  constructor(
    private readonly lookup: InstanceLookup,
    private readonly services: ServiceRequests,
  ) {}

  @Post()
  @HttpCode(200)
  async drill(@Body() body: unknown): Promise<DrillDone> {
    const { action, hostId, instance } = parseBody(drillBody, body);
    const target =
      action === 'kill-postmaster' ? this.primaryOf(given(instance, 'instance')) : this.host(given(hostId, 'hostId'));
    await this.services.drill(action, target);
    return { action, ...target };
  }

  private host(hostId: string): Target {
    if (this.lookup.hosts().some(({ id }) => id === hostId)) return { hostId };
    throw new Problem('host-unknown', `There is no host ${hostId}.`);
  }

  private primaryOf(idOrName: string): Target {
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
