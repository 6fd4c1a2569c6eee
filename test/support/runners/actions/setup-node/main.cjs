/** actions/setup-node: Node is there, and a cache of npm needs the lock file. */
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const { GITHUB_WORKSPACE, INPUT_CACHE } = process.env;
const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock'];
if (INPUT_CACHE && !LOCK_FILES.some((name) => existsSync(join(GITHUB_WORKSPACE, name)))) {
  console.log(`::error::Dependencies lock file is not found in ${GITHUB_WORKSPACE}.`);
  process.exit(1);
}
