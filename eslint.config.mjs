import { builtinModules } from 'node:module';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Without a graph of the projects the rule of their boundaries is skipped, with a warning only.
await createProjectGraphAsync();

const only = (sourceTag, onlyDependOnLibsWithTags, more = {}) => ({ sourceTag, onlyDependOnLibsWithTags, ...more });

/** A library is what its index.ts shows. */
const deepImports = { regex: '^@tandem/[^/]+/', message: 'Import from the index.ts of the library.' };

/** Purity (type:pure): decisions rest on values that come in, never on a clock, chance, a timer or a library that does I/O. */
const io = ['typeorm', 'pg', 'nats', 'pino', ...builtinModules].join('|');
const clocksAndIo = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'performance',
  'crypto',
  'fetch',
  'require',
];
const impure = {
  'no-restricted-imports': [
    'error',
    { patterns: [deepImports, { regex: `^(node:|@nestjs/|(${io})(/|$))`, message: 'Pure code does no I/O.' }] },
  ],
  'no-restricted-globals': ['error', { globals: clocksAndIo, checkGlobalObject: true }],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
  'no-restricted-syntax': ['error', { selector: ':function[async=true]', message: 'Pure code does not wait.' }],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'docs/generated/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-imports': ['error', { patterns: [deepImports] }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allowCircularSelfDependency: true,
          allow: [],
          depConstraints: [
            only('type:pure', ['type:pure']),
            only('type:platform', ['type:pure', 'type:platform']),
            only('type:infra', ['type:pure', 'type:platform', 'type:infra', 'type:testing']),
            only('type:testing', ['type:pure', 'type:platform', 'type:infra', 'type:testing']),
            only('type:app', ['type:pure', 'type:platform', 'type:infra', 'type:testing']),
            only('type:tool', ['type:pure', 'type:platform', 'type:infra', 'type:testing', 'type:tool']),
            only('type:workspace', ['type:pure', 'type:platform', 'type:infra', 'type:testing', 'type:tool']),
            // An agent never opens the control database.
            only('plane:host', ['plane:host', 'plane:any'], { bannedExternalImports: ['typeorm', '@nestjs/typeorm'] }),
            only('plane:control', ['plane:control', 'plane:any']),
          ],
        },
      ],
    },
  },
  {
    // Test kits are for tests: production code of libraries, services and tools does not lean on them.
    files: ['{apps,libs,tools}/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/test/**', 'libs/testkit/**'],
    rules: { 'no-restricted-imports': ['error', { paths: ['@tandem/testkit'], patterns: [deepImports] }] },
  },
  { files: ['libs/{contracts,protocol,lifecycle}/src/**/*.ts'], ignores: ['**/*.spec.ts'], rules: impure },
);
