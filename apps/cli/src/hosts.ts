import type { HostView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { table } from './table';

export async function listHosts(context: CommandContext): Promise<void> {
  const hosts = await context.api.list<HostView>('/v1/hosts', 'hosts');
  show(context, hosts, () =>
    table(
      ['HOST', 'ZONE', 'ROLES', 'ADDRESS', 'STATE', 'NODES', 'ENDPOINTS'],
      hosts.map((host) => [
        host.id,
        host.zone,
        host.roles.join('+'),
        host.address,
        host.state,
        host.nodes.map(({ instance, role }) => `${instance}:${role}`).join(' ') || '-',
        host.endpoints.join(' ') || '-',
      ]),
    ),
  );
}
