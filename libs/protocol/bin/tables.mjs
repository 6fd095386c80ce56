// Prints every decision table to golden files and to docs/generated; with --check a difference fails instead.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const protocol = require('../dist/index.js');
const { verdictLines } = require('../dist/check/index.js');
const library = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');

const tables = [
  ['agent', 'What the agent of a host does for one node', protocol.agentTable],
  ['consent', 'Whether the secondary cuts its stream and consents to be promoted', protocol.consentTable],
  ['failover', 'What the orchestrator does for one instance', protocol.failoverTable],
  ['guard', 'Whether the guard of a host stops a node', protocol.guardTable],
  ['endpoint', 'What an endpoint does', protocol.endpointTable],
];

const text = (rows) => rows.map((row) => `${row.id} -> ${row.action}\n    ${row.because}\n`).join('');

const page = () => {
  const parts = tables.map(([name, what, rows]) => {
    const lines = rows.map((row, i) => `| ${i + 1} | \`${row.id}\` | \`${row.action}\` | ${row.because} |`);
    return `## ${name}\n\n${what}.\n\n| # | row | action | because |\n|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  const effects = [];
  for (const kind of ['hand-over', 'switchover', 'confirm', 'degrade', 'restore', 'settle'])
    for (const outcome of ['done', 'refused', 'unanswered']) {
      const e = protocol.effectOfCas(kind, outcome);
      effects.push(`| ${kind} | ${outcome} | ${e.adopt} | ${e.fresh} | ${e.doubt} | ${e.confirms} | ${e.clearNames} |`);
    }
  const head = '| CAS | outcome | adopt | fresh | doubt | confirms | clears names |\n|---|---|---|---|---|---|---|';
  const sums = protocol.inequalities(protocol.timings).map(([sentence]) => `- ${sentence}`);
  return [
    '# Tables of the failover protocol',
    'Printed by `node libs/protocol/bin/tables.mjs` from libs/protocol/src. Rows are tried in order; the first that holds decides.',
    ...parts,
    `## cas-effect\n\nWhat an agent may believe after its own CAS.\n\n${head}\n${effects.join('\n')}\n`,
    `## timings\n\n${sums.join('\n')}\n`,
  ].join('\n\n');
};

const files = [
  ...tables.map(([name, , rows]) => [join(library, 'golden', `${name}.txt`), text(rows)]),
  [join(library, 'golden', 'verdicts.txt'), verdictLines()],
  [join(library, '../../docs/generated/protocol-tables.md'), page()],
];

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

for (const [file, wanted] of files) {
  if (read(file) === wanted) continue;
  if (check) {
    console.error(`${file} differs from the tables: run npm run generate, and review and commit the difference`);
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted);
  console.log(file);
}
