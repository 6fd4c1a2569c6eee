// Stryker knows no projects. The other unit tests notice little more, and would take a minute for each change.
const { projects, testTimeout } = require('../../jest.config');

const { displayName, ...unit } = projects.find(({ displayName }) => displayName === 'unit');
module.exports = {
  ...unit,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/unit/{constructs,estate,stacks}/**/*.test.ts'],
  testTimeout,
};
