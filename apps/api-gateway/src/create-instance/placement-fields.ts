import { createInstanceBody } from '@tandem/contracts';
import { Problem } from '../http/problem';

const field = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? (body as Record<string, unknown>)[name]
    : undefined;

/** A field of its own in many clouds, so it gets an answer of its own. */
export function refuseOtherRegion(body: unknown): void {
  if (field(body, 'region') === undefined) return;
  throw new Problem('region-unsupported', 'The request names a region.', {
    errors: [{ field: 'region', message: 'must be left out' }],
  });
}

/** A zone layout that is a word, but none of those that exist. */
export function refuseUnknownZone(body: unknown): void {
  const zones = field(body, 'zones');
  const known: readonly string[] = createInstanceBody.shape.zones.unwrap().options;
  if (typeof zones !== 'string' || known.includes(zones)) return;
  throw new Problem('zone-unknown', `The zones of an instance are ${known.join(' or ')}.`, {
    errors: [{ field: 'zones', message: `must be ${known.join(' or ')}` }],
  });
}
