import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const only = (sourceTag, onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

/** Purity (type:pure): decisions rest on values that come in, never on a clock, chance, a timer or a library that does I/O. */
const impure = {
  'no-restricted-imports': [
    'error',
    { patterns: ['node:*', '@nestjs/*', 'typeorm', 'pg', 'nats', 'pino', 'fs', 'crypto', 'net', 'child_process'] },
  ],
  'no-restricted-globals': [
    'error',
    'Date',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'process',
    'performance',
    'fetch',
  ],
  'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', 'docs/generated/**', 'test/lint/fixture/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
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
            only('plane:host', ['plane:host', 'plane:any']),
            only('plane:control', ['plane:control', 'plane:any']),
          ],
        },
      ],
    },
  },
  {
    // Test kits are for tests: production code of libraries and services does not lean on them.
    files: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/test/**', 'libs/testkit/**'],
    rules: { 'no-restricted-imports': ['error', { paths: ['@tandem/testkit'] }] },
  },
  { files: ['libs/{contracts,protocol,lifecycle}/src/**/*.ts'], ignores: ['**/*.spec.ts'], rules: impure },
);
