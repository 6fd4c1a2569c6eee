require('./src/cli/node-version.cjs');
const { availableParallelism } = require('node:os');

/** Packages that are ES modules alone: jest loads CommonJS, so they are transformed too. */
const ES_MODULES = ['jose', 'oauth4webapi', 'oidc-provider', 'openid-client'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    [`^.+\\.tsx?$|/node_modules/(?:${ES_MODULES.join('|')})/.+\\.js$`]: [
      '@swc/jest',
      { jsc: { target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES.join('|')})/)`],
  // The one time limit of all tests, far above what any needs: a slow machine is not a failure, a hang is.
  testTimeout: 900_000,
  // Many tests wait for processes of their own, so that a processor has time for more than one worker.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
