import { z } from 'zod';
import { apiRoles } from './access-events';
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
    tags: z.record(z.string(), z.string()).describe("The user's own words about it."),
    deletionProtection: z.boolean(),
    revision: z
      .number()
      .int()
      .describe('Counts the changes of its life cycle and its settings; the ETag is made of it.'),
    problem: failure.optional().describe('Why the creation failed.'),
  })
  .meta({ id: 'Instance' });
export type InstanceView = z.infer<typeof instanceView>;

const next = z.string().nullable().describe('To pass as `cursor` for the next page; null on the last one.');

export const instanceList = z.object({ instances: z.array(instanceView), next }).meta({ id: 'InstanceList' });

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

export const operationStepView = z
  .object({
    step: z.string(),
    status: z
      .enum(['pending', 'running', 'done', 'failed', 'skipped'])
      .describe('skipped: never begun, as the operation ended or turned back before.'),
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'OperationStep' });
export type OperationStepView = z.infer<typeof operationStepView>;

export const operationView = z
  .object({
    id: z.string(),
    kind: z.enum(['create-instance', 'delete-instance', 'change-instance', 'switchover']),
    instanceId: z.string(),
    status: z.enum(['running', 'succeeded', 'failed']),
    startedAt: time,
    finishedAt: time.nullable(),
    steps: z.array(operationStepView).describe('In their order; those of a roll-back follow what it takes back.'),
    progress: z.number().int().describe('Share of the steps that are behind it, in percent.'),
    events: z
      .array(z.object({ position: z.number().int(), type: z.string(), at: time }))
      .describe('The newest that tell of it, oldest first; the history has all.'),
    result: z.record(z.string(), z.unknown()).optional(),
    problem: failure.optional(),
  })
  .meta({ id: 'Operation' });
export type OperationView = z.infer<typeof operationView>;

export const operationList = z.object({ operations: z.array(operationView), next }).meta({ id: 'OperationList' });

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

export const hostList = z.object({ hosts: z.array(hostView), next }).meta({ id: 'HostList' });

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

export const tokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(apiRoles),
    fingerprint: z.string().describe('The first 12 hexadecimal digits of its SHA-256: tells which file holds it.'),
    createdAt: time,
    rotatedAt: time.nullable(),
    expiresAt: time.nullable(),
    status: z.enum(['valid', 'expired', 'revoked']),
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof tokenView>;

export const tokenList = z.object({ tokens: z.array(tokenView) }).meta({ id: 'TokenList' });

export const tokenSecretView = z
  .object({
    token: tokenView,
    secret: z.string().describe('Told here and never again.'),
    replaces: z.string().nullable().describe('The fingerprint of the secret that it takes the place of.'),
  })
  .meta({ id: 'TokenSecret' });
export type TokenSecretView = z.infer<typeof tokenSecretView>;

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
