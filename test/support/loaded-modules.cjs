/** Writes the files of this repository that a process has loaded to `LOADED_MODULES`, one a line. */
const { writeFileSync } = require('node:fs');
const { _cache: cache } = require('node:module');
const { join, relative } = require('node:path');

const ROOT = join(__dirname, '../..');

process.on('exit', () => {
  const ours = Object.keys(cache)
    .map((file) => relative(ROOT, file))
    .filter((file) => !/^\.\.|(^|\/)node_modules\//.test(file) && file !== relative(ROOT, __filename));
  writeFileSync(process.env.LOADED_MODULES, `${ours.toSorted().join('\n')}\n`);
});
