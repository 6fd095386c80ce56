import type { InstanceAccepted, InstanceView } from '@tandem/contracts';
import { CommandContext, show } from './command-context';
import { waitForOperation } from './operation-wait';
import { sheet, table } from './table';

const path = (idOrName: string): string => `/v1/instances/${encodeURIComponent(idOrName)}`;
const at = (node: { nodeId: string; hostId: string | null } | null): string => (node ? `${node.hostId}` : '-');

export async function listInstances(context: CommandContext): Promise<void> {
  const instances = await context.api.list<InstanceView>('/v1/instances', 'instances');
  show(context, instances, () =>
    table(
      ['NAME', 'ID', 'EDITION', 'STATUS', 'PRIMARY', 'SECONDARY', 'EPOCH', 'PORTS'],
      instances.map((each) => [
        each.name,
        each.id,
        each.edition,
        each.status,
        at(each.primary),
        at(each.secondary),
        String(each.epoch ?? '-'),
        `${each.endpoints.session.port},${each.endpoints.pooled.port}`,
      ]),
    ),
  );
}

export async function showInstance(context: CommandContext): Promise<void> {
  const instance = await context.api.get<InstanceView>(path(context.words[0]));
  show(context, instance, () => instanceSheet(instance));
}

export async function createInstance(context: CommandContext): Promise<void> {
  const { edition, zones, account, database, password } = context.options;
  const body = { name: context.words[0], edition, zones, account, database, password };
  const accepted = await context.api.post<InstanceAccepted>('/v1/instances', body);
  const { operation, instance, credentials } = accepted;
  context.tell(`Creating ${instance.name} (${instance.id}), operation ${operation.id}.`);
  if (!context.options.wait) {
    return show(context, accepted, () => sheet([['operation', operation.id], ...credentialLines(accepted)]));
  }
  // Shown before the wait: the password exists nowhere else, whatever becomes of the creation.
  if (!context.json) context.print(sheet(credentialLines(accepted)));
  await waitForOperation(context, operation.id);
  const created = await context.api.get<InstanceView>(path(instance.id));
  show(context, { ...created, credentials }, () => instanceSheet(created));
}

export async function deleteInstance(context: CommandContext): Promise<void> {
  const accepted = await context.api.delete<{ operation: { id: string } }>(path(context.words[0]));
  context.tell(`Deleting ${context.words[0]}, operation ${accepted.operation.id}.`);
  const result = context.options.wait ? await waitForOperation(context, accepted.operation.id) : accepted;
  show(context, result, () => (context.options.wait ? 'Deleted.' : `operation  ${accepted.operation.id}`));
}

const credentialLines = ({ instance, credentials }: InstanceAccepted): [string, string][] => [
  ['instance', `${instance.name} (${instance.id})`],
  ['account', credentials.account],
  ['password', `${credentials.password}  (kept nowhere: note it now)`],
  ['database', credentials.database],
];

function instanceSheet(instance: InstanceView): string {
  const { session, pooled } = instance.endpoints;
  const place = (node: InstanceView['primary']): string =>
    node ? `${node.nodeId} on ${node.hostId} (${node.zone})` : '-';
  return sheet([
    ['name', instance.name],
    ['id', instance.id],
    ['edition', `${instance.edition}, ${instance.zones}`],
    ['status', instance.status + (instance.topology === 'stale' ? ' (as last known)' : '')],
    ...(instance.problem ? [['problem', `${instance.problem.code}: ${instance.problem.detail}`] as const] : []),
    ['primary', place(instance.primary)],
    ['secondary', `${place(instance.secondary)}${instance.secondary ? ', hidden' : ''}`],
    ['epoch', String(instance.epoch ?? '-')],
    ['syncSet', instance.syncSet.join(', ') || 'empty'],
    ['tags', Object.entries(instance.tags).map(([name, value]) => `${name}=${value}`).join(', ') || '-'], // prettier-ignore
    ['protected', instance.deletionProtection ? 'from deletion' : 'no'],
    ['session', session.oneName],
    ['', session.multiHost],
    ['', session.jdbc],
    ['pooled', pooled.oneName],
    ['', pooled.multiHost],
    ['', pooled.jdbc],
  ]);
}
