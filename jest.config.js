/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2024' } }] },
  testTimeout: 20_000,
  // Many tests wait for processes of their own: one worker a processor, none kept free.
  maxWorkers: '100%',
};
