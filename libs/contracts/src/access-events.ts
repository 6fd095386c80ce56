import { z } from 'zod';
import { defineEvent } from './define-event';
import { instanceName } from './ids';
import { sample } from './sample';

/** Each role may do what those before it may. */
export const apiRoles = ['viewer', 'operator', 'admin'] as const;
export type ApiRole = (typeof apiRoles)[number];

/** Of an API token; never the token itself. */
export const tokenId = z.string().regex(/^tok-[a-z0-9]{1,12}$/);
export const tokenName = instanceName;

const by = z.string();

/** Neither a token nor its hash stands in an event: who may read the history gains nothing from it. */
export const ApiTokenCreated = defineEvent({
  type: 'ApiTokenCreated',
  schemaVersion: 1,
  category: 'access',
  summary: 'A token for the HTTP API was made.',
  data: z.object({ tokenId, name: tokenName, role: z.enum(apiRoles), expiresAt: z.string().nullable(), by }),
  example: { tokenId: 'tok-4k2m9x7q', name: 'ci', role: 'operator', expiresAt: null, by: 'token:tok-admin' },
});
export const ApiTokenRotated = defineEvent({
  type: 'ApiTokenRotated',
  schemaVersion: 1,
  category: 'access',
  summary: 'A token got a new secret; the old one ends at the time that is told.',
  data: z.object({ tokenId, oldValidUntil: z.string(), expiresAt: z.string().nullable(), by }),
  example: { tokenId: 'tok-4k2m9x7q', oldValidUntil: sample.at, expiresAt: null, by: 'token:tok-admin' },
});
export const ApiTokenRevoked = defineEvent({
  type: 'ApiTokenRevoked',
  schemaVersion: 1,
  category: 'access',
  summary: 'A token is worth nothing any more.',
  data: z.object({ tokenId, by }),
  example: { tokenId: 'tok-4k2m9x7q', by: 'token:tok-admin' },
});

export const accessEvents = [ApiTokenCreated, ApiTokenRotated, ApiTokenRevoked];
