// `node -r run-sources.cjs file.ts`: runs TypeScript sources as they are, so that a test can kill a process of its own
// that runs what the test itself imports. Maps @tandem/<name> like jest.config.js does.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const root = join(__dirname, '../../..');
const options = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

Module._extensions['.ts'] = (module, filename) => {
  module._compile(transformSync(readFileSync(filename, 'utf8'), { ...options, filename }).code, filename);
};

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  const library = /^@tandem\/([a-z-]+)$/.exec(request)?.[1];
  return resolve(library ? join(root, 'libs', library, 'src/index.ts') : request, ...rest);
};
