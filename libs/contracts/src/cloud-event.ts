import { z } from 'zod';

export const eventSource = 'urn:tandem:event-log';
const typePrefix = 'tandem.';
const schemaName = /^urn:tandem:event:([A-Za-z]+):v([1-9]\d*)$/;

/**
 * An event as subscribers get it: CloudEvents 1.0, structured JSON. Names of extensions are lower-case letters and
 * digits only, and an Integer of CloudEvents ends at 2^31: a position is decimal text.
 */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.literal(eventSource),
    type: z.string().startsWith(typePrefix),
    /** The stream: `<category>:<id>`. */
    subject: z.string(),
    time: z.string(),
    datacontenttype: z.literal('application/json'),
    dataschema: z.string().regex(schemaName),
    data: z.record(z.string(), z.unknown()),
    /** The place in the total order of all events, and within the stream. */
    position: z.string().regex(/^[1-9]\d{0,15}$/),
    streamversion: z.number().int(),
    actor: z.string(),
    causationid: z.string().optional(),
    correlationid: z.string().optional(),
  })
  .meta({ id: 'CloudEvent' });
export type CloudEvent = z.infer<typeof cloudEvent>;

/** The content type of the NATS header, after the NATS binding of CloudEvents. */
export const cloudEventContentType = 'application/cloudevents+json';

/** `tandem.PrimaryOpened`. */
export const cloudEventType = (type: string): string => typePrefix + type;

/** `urn:tandem:event:PrimaryOpened:v1`. */
export const dataSchema = (type: string, schemaVersion: number): string => `urn:tandem:event:${type}:v${schemaVersion}`;

/** The words of a data schema's name; null for a name that is none of ours. */
export function parseDataSchema(name: string): { readonly type: string; readonly schemaVersion: number } | null {
  const found = schemaName.exec(name);
  return found && { type: found[1], schemaVersion: Number(found[2]) };
}
