import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** What makes two requests the same one: method, path, query, precondition and body, whatever the order of its fields. */
export function fingerprint({
  method,
  url,
  headers,
  body,
}: Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'body'>) {
  const parts = [method, url, headers['if-match'] ?? null, sorted(body ?? null)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: entries.map(([key, item]) => [key, sorted(item)]) };
}
