const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2024' } }] },
  testTimeout: 20_000,
  // Many tests wait for processes of their own, so that a processor has time for more than one worker.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
