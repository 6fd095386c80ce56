import { openApiDocument } from '@tandem/contracts';
import { apiReference } from './api-reference';
import { asyncApiDocument } from './asyncapi-document';
import { compactJson } from './compact-json';
import { eventReference } from './event-reference';
import { takeSnapshot } from './snapshot';

export const SNAPSHOT_FILE = 'libs/contracts/golden/messages.json';

/** One field a line, so that a difference says what has changed. */
const lines = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Every file that is made of the contracts, by its path in the repository. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'docs/generated/openapi.json': `${compactJson(openApiDocument())}\n`,
    'docs/generated/asyncapi.json': `${compactJson(asyncApiDocument())}\n`,
    'docs/generated/api.md': apiReference(),
    'docs/generated/events.md': eventReference(),
    [SNAPSHOT_FILE]: lines(takeSnapshot()),
  };
}
