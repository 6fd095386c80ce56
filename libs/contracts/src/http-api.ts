import { z } from 'zod';
import { drillVerbs } from './control-messages';
import { allEvents } from './events';
import { accountName, hostId, instanceName, nodeId } from './ids';

/** Names that belong to PostgreSQL, PgBouncer or the platform; an application may not have them. */
const reservedNames = new Set(['postgres', 'pgbouncer', 'public', 'none', 'template0', 'template1', 'replication']);
const applicationName = accountName.refine(
  (name) => !reservedNames.has(name) && !name.startsWith('pg_') && !name.startsWith('tandem'),
  { message: 'is reserved for PostgreSQL or the platform' },
);

const idOrName = z.string().min(1).max(64).describe('The id or the name of an instance.');

/** Body of POST /v1/instances. */
export const createInstanceBody = z
  .strictObject({
    name: instanceName.describe('1-40 lower-case letters, digits and hyphens, beginning with a letter.'),
    edition: z.enum(['basic', 'ha']).default('ha'),
    zones: z.enum(['single-zone', 'multi-zone']).default('multi-zone'),
    account: applicationName.default('app'),
    database: applicationName.default('app'),
    /** Printable ASCII, which SASLprep leaves as it is, so that every driver computes the same SCRAM proof. */
    password: z
      .string()
      .regex(/^[\x21-\x7e]{12,128}$/, { message: 'must be 12-128 printable ASCII characters without spaces' })
      .optional()
      .describe('12-128 printable ASCII characters; made at random, and told in the answer, when it is left out.'),
  })
  .meta({ id: 'CreateInstance', examples: [{ name: 'orders' }] });

/** Body of POST /v1/instances/{idOrName}/switchover. */
export const switchoverBody = z
  .strictObject({ target: nodeId.optional().describe('The node that is to take over; the secondary without it.') })
  .meta({ id: 'Switchover', examples: [{}] });

/** Body of POST /v1/drills. */
export const drillBody = z
  .strictObject({
    action: z.enum(drillVerbs),
    hostId: hostId.optional().describe('Needed by every action but kill-postmaster.'),
    instance: idOrName.optional().describe('Needed by kill-postmaster: the id or the name of the instance.'),
  })
  .meta({ id: 'Drill', examples: [{ action: 'kill-host', hostId: 'host-a1' }] });

/** Path parameters are looked up, not validated: what does not exist is not found. */
export const instancePath = z.object({ idOrName: z.string().describe('The id or the name of an instance.') });
export const operationPath = z.object({ id: z.string().describe('The id of an operation.') });

/** A whole number in a query, where everything is text. */
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { message: 'must be a whole number' })
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
const position = whole(0, Number.MAX_SAFE_INTEGER);

/** `a,b` as well as `a` twice. */
const several = <S extends z.ZodType<string, string>>(each: S) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(each).min(1).max(50));

const eventTypes = new Set(allEvents.map(({ type }) => type));
const eventType = z.string().refine((type) => eventTypes.has(type), { message: 'is no type of event' });
const streamName = z.string().regex(/^[a-z]+:[\w-]{1,64}$/, { message: 'must be <category>:<id>' });
const time = z.iso.datetime({ offset: true, message: 'must be a time like 2026-01-31T12:00:00Z' });

/** What both forms of the history select by; everything that is given must fit. */
const selection = {
  instance: idOrName.optional().describe('Only what concerns this instance: its id or its name.'),
  type: several(eventType).optional().describe('Only these types; several by commas.'),
  stream: several(streamName).optional().describe('Only these streams, <category>:<id>; several by commas.'),
  since: time.optional().describe('Only what was appended at this time or later.'),
  until: time.optional().describe('Only what was appended before this time.'),
};

/** Query of GET /v1/events: pages forward from `after`, or the newest `last`. */
export const eventQuery = z
  .strictObject({
    ...selection,
    after: position.optional().describe('The position after which the page begins; 0 without it.'),
    last: whole(1, 1_000).optional().describe('The newest events instead of a page; does not go together with after.'),
    limit: whole(1, 1_000).default(100),
  })
  .refine(({ after, last }) => after === undefined || last === undefined, {
    path: ['last'],
    message: 'does not go together with after',
  });

/** Query of GET /v1/instances/{idOrName}/failovers. */
export const failoversQuery = z.strictObject({
  format: z.enum(['json', 'csv']).optional().describe('Comes before the header Accept.'),
  last: whole(1, 1_000).default(100).describe('How many of the newest.'),
});

/** Query of GET /v1/events/stream; the header Last-Event-ID comes before `after`. */
export const streamQuery = z.strictObject({
  ...selection,
  after: position.optional().describe('The position after which the stream begins; the present without it.'),
});

const moment = z.union([position, time], { message: 'must be a position or a time like 2026-01-31T12:00:00Z' });

/** Query of GET /v1/instances/{idOrName}/history. */
export const historyQuery = z.strictObject({
  at: moment.optional().describe('A time, or a position of the events; now without it.'),
});

export const streamHeaders = z.object({
  'last-event-id': position.optional().describe('The id of the last event that was seen; comes before `after`.'),
});
