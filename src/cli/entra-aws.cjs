#!/usr/bin/env node
require('./node-version.cjs');
const { enableCompileCache } = require('node:module');
const { join } = require('node:path');
const { compiledProgram } = require('./compile.cjs');

void compiledProgram().then((program) => {
  enableCompileCache(join(__dirname, '../../node_modules/.cache/entra-aws'));
  if (process.env.DEBUG) process.setSourceMapsEnabled(true);
  require(program);
});
