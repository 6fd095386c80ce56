import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One forbidden import, or one forbidden word: where it would stand, what it is, which rule reports it in which words. */
interface Forbidden {
  readonly place: string;
  readonly code: string;
  readonly rule: string;
  readonly says: string;
}

const importing = (name: string): string => `export * from '${name}';`;
const tagged = (place: string, name: string, tag: string): Forbidden => ({
  place,
  code: importing(name),
  rule: '@nx/enforce-module-boundaries',
  says: `tagged with "${tag}"`,
});

const layers: Forbidden[] = [
  tagged('libs/lifecycle/src', '@tandem/messaging', 'type:pure'),
  tagged('libs/lifecycle/src', '@tandem/platform', 'type:pure'),
  tagged('libs/platform/src', '@tandem/cli', 'type:platform'),
  tagged('libs/pooler/src', '@tandem/cli', 'type:infra'),
  tagged('libs/testkit/src', '@tandem/cli', 'type:testing'),
  tagged('apps/instance-manager/src', '@tandem/api-gateway', 'type:app'),
  tagged('tools/simhost/src', '@tandem/api-gateway', 'type:tool'),
  tagged('test/support', '@tandem/api-gateway', 'type:workspace'),
];

const planes: Forbidden[] = [
  tagged('libs/postgres/src', '@tandem/event-log', 'plane:host'),
  tagged('apps/node-agent/src', '@tandem/event-log', 'plane:host'),
  tagged('apps/node-agent/src', 'typeorm', 'plane:host'),
  tagged('libs/pooler/src', '@nestjs/typeorm', 'plane:host'),
  tagged('libs/event-log/src', '@tandem/postgres', 'plane:control'),
  tagged('apps/instance-manager/src', '@tandem/pooler', 'plane:control'),
  tagged('apps/failover-orchestrator/src', '@tandem/host', 'plane:control'),
];

const doors: Forbidden[] = [
  {
    place: 'test/boundaries/untagged',
    code: importing('@tandem/contracts'),
    rule: '@nx/enforce-module-boundaries',
    says: 'A project without tags',
  },
  {
    place: 'libs/messaging/src',
    code: importing('../../contracts/src/ids'),
    rule: '@nx/enforce-module-boundaries',
    says: 'relative or absolute path',
  },
  {
    place: 'libs/platform/src',
    code: importing('@tandem/messaging'),
    rule: '@nx/enforce-module-boundaries',
    says: 'Circular dependency',
  },
  ...['libs/messaging/src', 'libs/lifecycle/src', 'test/support'].flatMap((place) =>
    ['@tandem/contracts/src/ids', '@tandem/contracts/dist/ids'].map((name) => ({
      place,
      code: importing(name),
      rule: 'no-restricted-imports',
      says: 'index.ts of the library',
    })),
  ),
  ...['apps/api-gateway/src', 'libs/messaging/src', 'tools/launch/src'].map((place) => ({
    place,
    code: importing('@tandem/testkit'),
    rule: 'no-restricted-imports',
    says: '@tandem/testkit',
  })),
];

const packages = ['@nestjs/common', 'typeorm', 'pg', 'pg/lib/client', 'nats', 'pino', 'node:fs', ...builtinModules];
const globals = ['Date', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process', 'performance', 'crypto', 'fetch', 'require']; // prettier-ignore
const inPure = (code: string, rule: string, says: string): Forbidden => ({
  place: 'libs/lifecycle/src',
  code,
  rule,
  says,
});
const purity: Forbidden[] = [
  ...packages.map((name) => inPure(importing(name), 'no-restricted-imports', `'${name}'`)),
  ...globals.map((name) => inPure(`export const it = () => ${name};`, 'no-restricted-globals', `'${name}'`)),
  inPure('export const it = () => globalThis.Date.now();', 'no-restricted-globals', "'Date'"),
  inPure('export const it = () => Math.random();', 'no-restricted-properties', "'Math.random'"),
  inPure('export const it = async () => 1;', 'no-restricted-syntax', 'does not wait'),
  inPure('export async function it() {}', 'no-restricted-syntax', 'does not wait'),
];

const allowed: Pick<Forbidden, 'place' | 'code'>[] = [
  { place: 'libs/lifecycle/src', code: importing('@tandem/contracts') },
  { place: 'libs/contracts/src', code: importing('zod') },
  { place: 'libs/contracts/src', code: importing('./events') },
  { place: 'libs/topology/src', code: importing('@tandem/protocol') },
  { place: 'apps/node-agent/src', code: importing('@tandem/postgres') },
  { place: 'apps/node-agent/src', code: importing('pg') },
  { place: 'apps/api-gateway/src', code: importing('@tandem/event-log') },
  { place: 'apps/api-gateway/src/test', code: importing('@tandem/testkit') },
  { place: 'libs/event-log/src', code: importing('typeorm') },
];

interface Lint {
  readonly reports: readonly { readonly rule: string; readonly message: string }[][];
  readonly rules: Readonly<Record<string, readonly [unknown, Record<string, unknown>]>>;
}

function lint(cases: readonly Pick<Forbidden, 'place' | 'code'>[]): Lint {
  // As on a fresh clone: nothing that an earlier run has cached makes up for what the configuration lacks.
  const cache = mkdtempSync(join(tmpdir(), 'tandem-nx-'));
  const { stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'lint.mjs')], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: cache },
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  rmSync(cache, { recursive: true, force: true });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Lint;
}

const forbidden = [...layers, ...planes, ...doors, ...purity];
const { reports, rules } = lint([...forbidden, ...allowed]);

test.each(forbidden.map((row, index) => [row.code, row.place, row.rule, row.says, index] as const))(
  '%s in %s is reported by %s (%s), and by no other',
  (_code, _place, rule, says, index) => {
    expect(reports[index]).toEqual([{ rule, message: expect.stringContaining(says) }]);
  },
);

test.each(allowed.map((row, index) => [row.code, row.place, index] as const))(
  '%s in %s is fine',
  (_code, _place, index) => {
    expect(reports[forbidden.length + index]).toEqual([]);
  },
);

test('each boundary between projects has something forbidden here', () => {
  const { depConstraints } = rules['@nx/enforce-module-boundaries'][1] as { depConstraints: { sourceTag: string }[] };
  const tags = depConstraints.map(({ sourceTag }) => sourceTag);
  expect(tags.filter((tag) => ![...layers, ...planes].some(({ says }) => says.includes(`"${tag}"`)))).toEqual([]);
});

test('each word that pure code may not use is forbidden here', () => {
  expect(rules['no-restricted-globals'][1].globals).toEqual(globals);
});
