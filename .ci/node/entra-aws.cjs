#!/usr/bin/env node
// npm links no program of the package at the root, which the pipeline's jobs run as a team's do: node_modules/.bin/entra-aws.
require('../../src/cli/entra-aws.cjs');
