/** Prints the section of CHANGELOG.md that belongs to the version of package.json. */
const { readFileSync } = require('node:fs');

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const [, ...sections] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
const found = sections.find((section) => section.startsWith(`${version}, `));
if (found === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);
process.stdout.write(found.slice(found.indexOf('\n') + 1).trimStart());
