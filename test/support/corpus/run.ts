import { corpusEstates, examine, hasRecord, write } from './corpus';

/**
 * Says what this version would replace or delete of what an older one deployed: `npx tsx test/support/corpus/run.ts`. With `--write`, records what
 * this version deploys: of the estates that are named, or of those without a record.
 */
async function main([option, ...names]: readonly string[]): Promise<void> {
  const estates = corpusEstates();
  if (option === '--write') {
    for (const name of names.length > 0 ? names : estates.filter((one) => !hasRecord(one))) {
      await write(name);
      console.log(`${name} recorded`);
    }
    return;
  }
  for (const name of estates) {
    const { breaks, unneeded } = await examine(name);
    console.log(`${name}: ${breaks.length === 0 ? 'nothing is replaced or deleted' : ''}`);
    for (const one of breaks) console.log(`  ${one}`);
    for (const one of unneeded) console.log(`  accepted, and not there: ${one}`);
    if (breaks.length + unneeded.length > 0) process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
