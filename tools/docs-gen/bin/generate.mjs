// Writes the documents and references of the contracts, and the snapshot of what others rely on. With --check a difference
// fails instead. A change that breaks others is refused both ways, unless its message has a higher schemaVersion or is
// given up on purpose: --retire 'route GET /v1/old'.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultsOfAsyncApi, faultsOfOpenApi } from './validate.mjs';

const { breaksBetween, generatedFiles, SNAPSHOT_FILE } = createRequire(import.meta.url)('../dist/index.js');
const { check, retire, root } = parseArgs({
  options: {
    check: { type: 'boolean' },
    retire: { type: 'string', multiple: true, default: [] },
    root: { type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), '../../..') },
  },
}).values;

const read = (file) => {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const fail = (line) => {
  console.error(line);
  process.exitCode = 1;
};

const files = generatedFiles();
for (const fault of await faultsOfOpenApi(JSON.parse(files['docs/generated/openapi.json'])))
  fail(`docs/generated/openapi.json is no OpenAPI 3.1 document: ${fault}`);
for (const fault of faultsOfAsyncApi(JSON.parse(files['docs/generated/asyncapi.json'])))
  fail(`docs/generated/asyncapi.json is no AsyncAPI 3.0 document: ${fault}`);

const before = JSON.parse(read(SNAPSHOT_FILE) ?? '{}');
const unknown = retire.filter((message) => before[message] === undefined);
for (const message of unknown) fail(`there is no message ${message} in ${SNAPSHOT_FILE}`);
const kept = Object.fromEntries(Object.entries(before).filter(([message]) => !retire.includes(message)));
const breaks = breaksBetween(kept, JSON.parse(files[SNAPSHOT_FILE]));
for (const { message, field, what } of breaks) fail(`${message}${field ? `, ${field}` : ''} is ${what}`);
if (breaks.length > 0)
  fail(
    'Others rely on these: raise the schemaVersion of the message, and upcast the events that are stored; give a route a new ' +
      'path; or give the message up on purpose: node tools/docs-gen/bin/generate.mjs --retire NAME',
  );

for (const [file, wanted] of Object.entries(files)) {
  if (process.exitCode || read(file) === wanted) continue;
  if (check) {
    console.error(`${file} differs from libs/contracts`);
    continue;
  }
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), wanted);
  console.log(file);
}
if (check && Object.entries(files).some(([file, wanted]) => read(file) !== wanted))
  fail('Run npm run generate, and review and commit the difference');
