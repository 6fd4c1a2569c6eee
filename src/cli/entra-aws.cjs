#!/usr/bin/env node
require('../package/contents/node-version.cjs');
const { existsSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { name } = require('../../package.json');

const ROOT = join(__dirname, '../..');

/** Compiled here where the sources are, or else when the package was packed. @returns {Promise<string>} */
async function findProgram() {
  if (!existsSync(join(__dirname, 'main.ts'))) return join(ROOT, 'dist/library/program.cjs');
  return await require('./compile.cjs').compiledProgram();
}

void findProgram().then((program) => {
  // Where the package is installed its own folder is below node_modules and its scope.
  const modules = existsSync(join(ROOT, 'node_modules'))
    ? join(ROOT, 'node_modules')
    : join(ROOT, ...name.split('/').map(() => '..'));
  enableCompileCache(join(modules, '.cache/entra-aws'));
  if (process.env.DEBUG) process.setSourceMapsEnabled(true);
  require(program);
});
