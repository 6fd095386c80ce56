// Unit and integration tests run on the sources; fault tests drive the built services as separate processes.
const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: {
    '^@tandem/(simhost|launch)$': '<rootDir>/tools/$1/src',
    '^@tandem/([^/]+)$': '<rootDir>/libs/$1/src',
  },
  modulePathIgnorePatterns: ['/dist/'],
};

module.exports = {
  projects: [
    {
      ...base,
      displayName: 'pure',
      testMatch: [
        '<rootDir>/{apps,libs,tools}/**/*.spec.ts',
        '<rootDir>/test/{support,chaos,tidy,boundaries}/*.spec.ts',
      ],
      testPathIgnorePatterns: ['\\.int\\.spec\\.ts$', '\\.conf\\.spec\\.ts$', '/dist/', '/node_modules/'],
    },
    {
      ...base,
      displayName: 'integration',
      testMatch: ['<rootDir>/{apps,libs,tools}/**/*.{int,conf}.spec.ts'],
      testPathIgnorePatterns: ['/dist/', '/node_modules/'],
    },
    {
      ...base,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/*.spec.ts'],
      // One platform for the whole run: the files take turns (--runInBand).
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
    // Each file starts a platform of its own, which is broken in its own way.
    { ...base, displayName: 'sabotage', testMatch: ['<rootDir>/test/{sabotage,chaos/sabotage}/*.spec.ts'] },
    { ...base, displayName: 'fresh', testMatch: ['<rootDir>/test/fresh/*.spec.ts'] },
  ],
};
