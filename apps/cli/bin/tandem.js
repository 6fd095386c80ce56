#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const built = join(__dirname, '..', 'dist', 'main.js');
if (!existsSync(built)) {
  process.stderr.write('tandem is not built yet: run `npm start` (or `npm run build`) first.\n');
  process.exit(1);
}
require(built);
