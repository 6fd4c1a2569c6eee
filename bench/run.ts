import { cpus } from 'node:os';
import { benchAccess } from './access';
import { benchApi } from './api';
import { benchDoctor } from './doctor';
import { benchEntra } from './entra';
import { benchHosting } from './hosting';
import { benchImport } from './import';
import { benchProgram } from './program';
import { benchStart } from './start';
import { benchWeb } from './web';

/** Parts that can be measured by themselves: `npm run bench -- entra`. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  access: benchAccess,
  entra: benchEntra,
  hosting: benchHosting,
  import: benchImport,
  doctor: benchDoctor,
  api: benchApi,
  web: benchWeb,
  start: benchStart,
  program: benchProgram,
};

/** Measures what docs/performance.md reports, all of it or the parts that are named. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`${unknown.join(', ')}: no such part; parts: ${Object.keys(PARTS).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  console.log(`Node ${process.version}, ${cpus().length} processors`);
  for (const [name, bench] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n## ${name}\n`);
    await bench();
  }
}

void main(process.argv.slice(2));
