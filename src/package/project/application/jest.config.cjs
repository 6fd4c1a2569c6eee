// Packages that are ES modules alone: jest loads CommonJS, so they are transformed too.
const ES_MODULES = 'jose|oauth4webapi|openid-client';

module.exports = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    [`^.+\\.ts$|/node_modules/(?:${ES_MODULES})/.+\\.js$`]: [
      '@swc/jest',
      { jsc: { target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  // Bundles of their own in the images, which are imported by the names that they have there.
  moduleNameMapper: { '^(\\./(?:credentials|open-telemetry))\\.js$': '$1' },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES})/)`],
  // Far above what any test needs: a slow machine is not a failure, a hang is.
  testTimeout: 900_000,
};
