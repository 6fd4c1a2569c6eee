/** Ends a run of the tests: each suite that did not run, then the counts. `node summary.cjs <results of jest> …` */
const { readFileSync } = require('node:fs');
const { relative } = require('node:path');

const runs = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const sum = (key) => runs.reduce((total, run) => total + run[key], 0);

const skipped = new Set();
for (const { testResults } of runs)
  for (const { name, assertionResults } of testResults)
    for (const { status, fullName } of assertionResults)
      if (status === 'pending') skipped.add(`  ${relative('.', name)}: ${fullName}`);
if (skipped.size > 0) console.log(['Did not run:', ...[...skipped].toSorted()].join('\n'));
console.log(`${sum('numPassedTests')} passed, ${sum('numFailedTests')} failed, ${sum('numPendingTests')} skipped`);
