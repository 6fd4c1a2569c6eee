const { createRequire } = require('node:module');
const { join } = require('node:path');

/** Packages that jest itself depends on. */
const ofJest = createRequire(require.resolve('jest'));
const { default: Sequencer } = ofJest('@jest/test-sequencer');

/**
 * Suites that take longer than a minute on two processors, the longest first. Jest knows how long a suite takes only where it
 * ran before; in a clean clone it goes by the size of files, and one of these may begin last and be waited for.
 */
const LONGEST = require('./longest-suites.json').map((name) => join('test/system', `${name}.test.ts`));

function rank({ path }) {
  const at = LONGEST.findIndex((suffix) => path.endsWith(suffix));
  return at === -1 ? LONGEST.length : at;
}

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }

  /** Deals out the longest, then the rest by name: what another machine knows of them must not change their order. */
  shard(tests, { shardIndex, shardCount }) {
    return tests
      .toSorted((one, other) => rank(one) - rank(other) || (one.path < other.path ? -1 : 1))
      .filter((_, index) => index % shardCount === shardIndex - 1);
  }
};
