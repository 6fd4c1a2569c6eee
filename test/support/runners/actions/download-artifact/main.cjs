/** actions/download-artifact: copies artifacts of the run into the workspace. */
const { cpSync, existsSync, readdirSync } = require('node:fs');
const { join, matchesGlob, resolve } = require('node:path');

const { GITHUB_WORKSPACE, INPUT_NAME, INPUT_PATH, INPUT_PATTERN, RUNNER_ARTIFACTS } = process.env;
const there = existsSync(RUNNER_ARTIFACTS) ? readdirSync(RUNNER_ARTIFACTS) : [];
const target = resolve(GITHUB_WORKSPACE, INPUT_PATH || '.');
if (INPUT_NAME && !there.includes(INPUT_NAME)) {
  console.log(`::error::Unable to download artifact(s): Artifact not found for name: ${INPUT_NAME}`);
  process.exit(1);
}
const asked = INPUT_NAME ? [INPUT_NAME] : there.filter((name) => matchesGlob(name, INPUT_PATTERN || '*'));
const isFlat = INPUT_NAME || process.env['INPUT_MERGE-MULTIPLE'] === 'true';
for (const name of asked)
  cpSync(join(RUNNER_ARTIFACTS, name), isFlat ? target : join(target, name), { recursive: true });
console.log(`Downloaded: ${asked.join(', ') || 'nothing'}`);
