// Lets `node -r` run a TypeScript source as jest does: a process that a test kills needs no build before the test.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');
const { projects } = require('../../jest.config.js');

const root = join(__dirname, '..', '..');
const [[, [, options]]] = Object.entries(projects[0].transform);
const mappings = Object.entries(projects[0].moduleNameMapper).map(([pattern, to]) => [
  new RegExp(pattern),
  to.replace('<rootDir>', root),
]);

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  const [pattern, to] = mappings.find(([each]) => each.test(request)) ?? [];
  return resolve.call(Module, pattern ? request.replace(pattern, to) : request, ...rest);
};

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename, swcrc: false });
  module._compile(code, filename);
};
