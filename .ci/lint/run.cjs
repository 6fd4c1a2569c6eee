/** Ends `npm run lint`: imports that no layer allows, unused code, and types of the documentation's site where it is installed. */
require('../../src/package/contents/node-version.cjs');
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const TOOLS = join(__dirname, 'node_modules');
const ROOT = join(__dirname, '../..');

/** @type {readonly (readonly [program: string, ...args: string[]])[]} */
const COMMANDS = [
  [join(TOOLS, 'dependency-cruiser/bin/dependency-cruise.mjs'), ...['--output-type', 'err-long', '.']],
  [join(TOOLS, 'knip/bin/knip.js')],
  ...(existsSync(join(ROOT, 'docs/node_modules'))
    ? [[join(ROOT, 'node_modules/typescript/bin/tsc'), '--project', 'docs/.vitepress']]
    : []),
];

if (!existsSync(TOOLS)) {
  process.stderr.write('lint: layers and unused code were not checked; run npm ci --prefix .ci/lint first\n');
  process.exit(3);
}
if (COMMANDS.length < 3) process.stderr.write('lint: docs/.vitepress is left out; npm ci --prefix docs was not run\n');
for (const command of COMMANDS) {
  const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
