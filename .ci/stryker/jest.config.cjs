// Stryker knows no projects, and runs all suites from which a changed file can be reached: nearly all. `npm run bench -- mutants`
// names a few.
const { projects, testTimeout } = require('../../jest.config');

const { displayName, ...unit } = projects.find(({ displayName }) => displayName === 'unit');
const suites = (process.env.MUTANT_SUITES ?? '').split(',').map((suite) => `<rootDir>/${suite}`);
module.exports = { ...unit, rootDir: '../..', testMatch: suites, testTimeout };
