/** Writes a version where package.json is not read: `node write-version.cjs <repository> <version> <date>`. */
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [, , repository = '.', version = '', date = ''] = process.argv;
const DOCKERFILES = ['image', 'apps/service', 'apps/emulator'].map((folder) => `${folder}/Dockerfile`);

/** @param {string} path @param {(text: string) => string} edit */
function rewrite(path, edit) {
  const file = join(repository, path);
  if (existsSync(file)) writeFileSync(file, edit(readFileSync(file, 'utf8')));
}

for (const path of DOCKERFILES) rewrite(path, (text) => text.replace(/^ARG VERSION=.*$/m, `ARG VERSION=${version}`));
rewrite('CHANGELOG.md', (text) => {
  const heading = `## ${version}`;
  const dated = `${heading}, ${date}`;
  // What stands under 'Unreleased' is of this version as well.
  if (!text.includes(`\n${heading}\n`)) return text.replace('\n## Unreleased\n', `\n${dated}\n`);
  return text.replace(`\n${heading}\n`, `\n${dated}\n`).replace('\n## Unreleased\n', '\n### Also\n');
});
