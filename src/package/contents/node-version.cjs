// Ends with one sentence where Node is older than package.json's engines, before anything else can fail on it. It is loaded
// ahead of every entry, by the oldest Node that anybody has: plain JavaScript without imports of its own.
const { existsSync } = require('fs');
const { join } = require('path');
const { engines } = require('../../../package.json');

const least = engines.node.replace('>=', '');
const { node } = process.versions;
const [major, minor] = node.split('.').map(Number);
const [leastMajor, leastMinor] = least.split('.').map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  // The repository brings one, the package does not.
  const isRepository = existsSync(join(__dirname, 'files.ts'));
  const other = isRepository
    ? ', or on Linux start this by `npm run`, which uses the Node 24 that `npm ci` brings'
    : '';
  process.stderr.write(`Node must be ${least} or newer, got ${node} (${process.execPath}): install Node 24${other}.\n`);
  process.exit(1);
}
