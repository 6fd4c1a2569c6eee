#!/usr/bin/env node
require('../package/contents/node-version.cjs');
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { name } = require('../../package.json');
const { keepCode } = require('../package/contents/code-cache.cjs');

const ROOT = join(__dirname, '../..');

// Compiled here where the sources are, or else when the package was packed.
if (existsSync(join(__dirname, 'main.ts'))) {
  void require('./compile.cjs').runCompiled(process.argv[2] === 'preview' ? 'preview' : 'entra-aws');
} else {
  // Where the package is installed its own folder is below node_modules and its scope.
  const cache = join(ROOT, ...name.split('/').map(() => '..'), '.cache/entra-aws');
  if (process.env.DEBUG) process.setSourceMapsEnabled(true);
  else keepCode(cache, process.argv[2] ?? 'none');
  require(join(ROOT, 'dist/library/program.cjs'));
}
