import { z } from 'zod';
import { drillTarget, drillVerbs } from './control-messages';
import { instanceSpec } from './events';
import { sample } from './sample';

const time = z.string().describe('ISO-8601, UTC.');
const failure = z.object({ code: z.string().describe('A code of the problem registry.'), detail: z.string() });

/** RFC 9457. A problem may have more fields, such as `operationId` where another operation is in the way. */
export const problemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('Stable: programs branch on it.'),
    next: z.string().describe('What to do about it.'),
    instance: z.string().describe('The path of the request.'),
    traceId: z.string().describe('Finds the request in the logs.'),
    retriable: z.boolean(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocument>;

export const instanceStatus = z.enum([
  'creating',
  'available',
  'degraded',
  'failing-over',
  'unavailable',
  'deleting',
  'failed',
]);
export type InstanceStatus = z.infer<typeof instanceStatus>;

export const nodeView = z
  .object({ nodeId: z.string(), hostId: z.string().nullable(), zone: z.string().nullable() })
  .meta({ id: 'Node' });
export type NodeView = z.infer<typeof nodeView>;

export const endpointView = z
  .object({
    port: z.number().int(),
    oneName: z.string().describe('One name, which every driver takes.'),
    multiHost: z.string().describe('All endpoint hosts, for libpq, with its keepalive and timeout settings.'),
    jdbc: z.string().describe('The same for the JDBC driver.'),
  })
  .meta({ id: 'Endpoint', description: 'Connection strings hold the word PASSWORD in place of the password.' });
export type EndpointView = z.infer<typeof endpointView>;

export const instanceView = z
  .object({
    id: z.string(),
    name: z.string(),
    edition: z.enum(['basic', 'ha']),
    zones: z.enum(['single-zone', 'multi-zone']),
    status: instanceStatus,
    mode: z.enum(['semi-sync']).nullable(),
    primary: nodeView.nullable(),
    secondary: nodeView
      .extend({ hidden: z.literal(true) })
      .nullable()
      .describe('Hidden: no client can reach it.'),
    epoch: z.number().int().nullable(),
    syncSet: z.array(z.string()).describe('The nodes that hold every acknowledged commit.'),
    topology: z.enum(['live', 'stale']).describe('stale while the store of topology records does not answer.'),
    account: z.string(),
    database: z.string(),
    endpoints: z.object({ session: endpointView, pooled: endpointView }),
    hints: z.object({ libpq: z.string(), jdbc: z.string() }).describe('What to set in a driver, beside the string.'),
    createdAt: time.nullable(),
    requestedAt: time,
    problem: failure.optional().describe('Why the creation failed.'),
  })
  .meta({ id: 'Instance' });
export type InstanceView = z.infer<typeof instanceView>;

export const instanceList = z.object({ instances: z.array(instanceView) }).meta({ id: 'InstanceList' });

export const operationAccepted = z
  .object({ operation: z.object({ id: z.string() }) })
  .meta({ id: 'OperationAccepted', examples: [{ operation: { id: sample.operationId } }] });

export const instanceAccepted = operationAccepted
  .extend({
    instance: z.object({ id: z.string(), name: z.string(), status: instanceStatus }),
    credentials: z
      .object({ account: z.string(), password: z.string(), database: z.string() })
      .describe('The password is told here and never again.'),
  })
  .meta({ id: 'InstanceAccepted' });
export type InstanceAccepted = z.infer<typeof instanceAccepted>;

export const operationView = z
  .object({
    id: z.string(),
    kind: z.enum(['create-instance', 'delete-instance', 'switchover']),
    instanceId: z.string(),
    status: z.enum(['running', 'succeeded', 'failed']),
    startedAt: time,
    finishedAt: time.nullable(),
    result: z.record(z.string(), z.unknown()).optional(),
    problem: failure.optional(),
  })
  .meta({ id: 'Operation' });
export type OperationView = z.infer<typeof operationView>;

export const hostView = z
  .object({
    id: z.string(),
    zone: z.string(),
    roles: z.array(z.enum(['database', 'endpoint'])),
    address: z.string(),
    state: z.enum(['live', 'silent', 'unknown']),
    nodes: z.array(z.object({ nodeId: z.string(), instance: z.string(), role: z.enum(['primary', 'secondary']) })),
    endpoints: z.array(z.string()).describe('The names of the instances whose endpoints lie here.'),
  })
  .meta({ id: 'Host' });
export type HostView = z.infer<typeof hostView>;

export const hostList = z.object({ hosts: z.array(hostView) }).meta({ id: 'HostList' });

export const eventView = z
  .object({
    position: z.number().int().describe('Its place in the total order of all events.'),
    id: z.string(),
    at: time,
    type: z.string(),
    schemaVersion: z.number().int(),
    stream: z.string().describe('`<category>:<id>`.'),
    version: z.number().int().describe('Its place within its stream.'),
    data: z.record(z.string(), z.unknown()).describe('As docs/generated/events.md says for its type.'),
    meta: z.record(z.string(), z.unknown()).describe('Who caused it, and what it belongs to.'),
  })
  .meta({ id: 'Event' });
export type EventView = z.infer<typeof eventView>;

export const eventPage = z
  .object({
    events: z.array(eventView),
    next: z.number().int().describe('The position to pass as `after` for the next page.'),
  })
  .meta({ id: 'EventPage' });
export type EventPage = z.infer<typeof eventPage>;

export const historyView = z
  .object({
    position: z.number().int().describe('Of the last event that had happened by then.'),
    at: time.nullable().describe('When that event happened.'),
    id: z.string(),
    name: z.string().nullable(),
    status: z.enum([...instanceStatus.options, 'absent', 'deleted']),
    spec: instanceSpec.nullable(),
    primary: nodeView.nullable(),
    secondary: nodeView.nullable(),
    epoch: z.number().int().nullable(),
    syncSet: z.array(z.string()),
    topology: z
      .object({ revision: z.number().int(), recordId: z.string(), state: z.string(), row: z.string() })
      .nullable()
      .describe('The newest version of the topology record, and the row that decided it.'),
    operations: z
      .array(z.object({ id: z.string(), kind: z.string(), startedAt: time }))
      .describe('Those that were running.'),
  })
  .meta({ id: 'History', description: 'What the events tell of an instance at one moment.' });
export type HistoryView = z.infer<typeof historyView>;

export const drillDone = drillTarget
  .omit({ service: true })
  .extend({ action: z.enum(drillVerbs) })
  .meta({ id: 'DrillDone' });
export type DrillDone = z.infer<typeof drillDone>;

export const healthView = z
  .object({
    ok: z.boolean(),
    checks: z.record(z.string(), z.string()).describe('One word or sentence for each thing that was looked at.'),
  })
  .meta({ id: 'Health' });
