require('./src/package/contents/node-version.cjs');
const { availableParallelism } = require('node:os');

/** Packages that are ES modules alone: jest loads CommonJS, so they are transformed too. */
const ES_MODULES = [
  '@commander-js/extra-typings',
  'commander',
  'jose',
  'oauth4webapi',
  'oidc-provider',
  'openid-client',
];

/** @type {import('jest').Config} */
const common = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/bundle-lambdas.cjs',
  // What is imported late goes by the name that its compiled file has.
  moduleNameMapper: { '^(\\./(?:[a-z-]+/(?:index|options)|credentials|open-telemetry))\\.js$': '$1' },
  transform: {
    [`^.+\\.tsx?$|/node_modules/(?:${ES_MODULES.join('|')})/.+\\.js$`]: [
      '@swc/jest',
      { jsc: { target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES.join('|')})/)`],
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
      testEnvironment: require.resolve('./test/support/worker-environment.cjs'),
      runtime: require.resolve('./test/support/worker-runtime.cjs'),
      setupFilesAfterEnv: ['<rootDir>/test/support/only-in-process.cjs'],
    },
    { ...common, displayName: 'system', testMatch: ['<rootDir>/test/system/**/*.test.ts'] },
    { ...common, displayName: 'pipelines', testMatch: ['<rootDir>/test/pipelines/**/*.test.ts'] },
  ],
  // Of `npx jest --selectProjects unit --coverage`.
  collectCoverageFrom: ['src/estate/**/*.ts', 'constructs/**/*.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary'],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // The one time limit of all tests, far above what any needs: a slow machine is not a failure, a hang is.
  testTimeout: 900_000,
  // Many system tests wait for processes of their own, which wait for others, so that a processor has time for two workers. With
  // four each, calls of the web application took longer than the five seconds that it waits.
  maxWorkers: availableParallelism() * 2,
};
