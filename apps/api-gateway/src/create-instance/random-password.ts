import { randomBytes } from 'node:crypto';
import { Secret } from '@tandem/platform';

/** 192 random bits as 32 characters of base64url, which stand in a connection string as they are. */
export const randomPassword = (): Secret => new Secret(randomBytes(24).toString('base64url'));
