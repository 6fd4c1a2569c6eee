const { createRequire } = require('node:module');
const { join } = require('node:path');

/** Packages that jest itself depends on. */
const ofJest = createRequire(require.resolve('jest'));
const { default: Sequencer } = ofJest('@jest/test-sequencer');

/**
 * Suites that take longer than a minute on two processors, the longest first. Jest knows how long a suite takes only where it
 * ran before; in a clean clone it goes by the size of files, and one of these may begin last and be waited for.
 */
const LONGEST = [
  'workflows/run',
  'package/package',
  'lambda/leavers-run',
  'stacks/deploy',
  'engine/aws-application',
  'docs/tutorial',
  'cli/preview',
  'stacks/hosting-linters',
  'engine/user-flow',
  'cli/deploy-handoff',
  'browser/web',
  'import/moto',
  'engine/killed',
  'clouds/organization/moto',
  'support/moto',
  'docs/code-reference',
  'import/adopt',
  'cli/init',
  'stacks/cdk',
  'docs/site',
].map((name) => join('test/system', `${name}.test.ts`));

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = LONGEST.findIndex((suffix) => path.endsWith(suffix));
      return at === -1 ? LONGEST.length : at;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
};
