import { cpus } from 'node:os';
import { benchAcceptance } from './acceptance';
import { benchAccess } from './access';
import { benchApi } from './api';
import { benchEmulator } from './entra-emulator';
import { benchEngine } from './entra-engine';
import { benchStarts } from './entra-starts';
import { tableHead } from './measure';
import { benchDeploy } from './deploy';
import { benchJobs } from './jobs';
import { benchLanes } from './lanes';
import { benchFaults } from './faults';
import { benchMutants } from './mutants';
import { benchDoctor, benchDoctorPaced, benchImport } from './organization';
import { benchNeighbour } from './neighbour';
import { benchPage } from './page';
import { benchPermissions } from './permissions';
import { benchMillion, benchProgram, benchTeam } from './program';
import { benchStart } from './start';
import { benchSynthCli } from './synth-cli';
import { benchWeb } from './web';
import { beginPart, watchedRatios, worsened } from './watched';

/** Parts that can be measured by themselves: `npm run bench -- entra`. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  acceptance: benchAcceptance,
  access: benchAccess,
  synth: benchSynthCli,
  neighbour: benchNeighbour,
  page: benchPage,
  permissions: benchPermissions,
  lanes: benchLanes,
  deploy: benchDeploy,
  entra: benchEntra,
  faults: benchFaults,
  mutants: benchMutants,
  import: benchImport,
  doctor: benchDoctor,
  'doctor-paced': benchDoctorPaced,
  api: benchApi,
  web: benchWeb,
  start: benchStart,
  program: benchProgram,
  team: benchTeam,
  million: benchMillion,
  jobs: benchJobs,
};

/** Measures the Entra half against the limits of docs/performance.md, and against references that do the least there is. */
async function benchEntra(): Promise<void> {
  tableHead('What', 'Limit', 'Ours', 'Reference', 'Ratio');
  await benchStarts();
  await benchEmulator();
  await benchEngine();
}

/** Parts that take long, and are made only where they are named. */
const LONG: ReadonlySet<string> = new Set(['acceptance', 'doctor-paced', 'faults', 'jobs', 'mutants']);

/**
 * Measures what docs/performance.md reports, all of it or the parts that are named. With `--check` it fails where a ratio is worse
 * than the page has it by more than a fifth.
 */
async function main(words: readonly string[]): Promise<void> {
  const names = words.filter((word) => word !== '--check');
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`${unknown.join(', ')}: no such part; parts: ${Object.keys(PARTS).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  console.log(`Node ${process.version}, ${cpus().length} processors`);
  for (const [name, bench] of Object.entries(PARTS)) {
    if (names.length > 0 ? !names.includes(name) : LONG.has(name)) continue;
    console.log(`\n## ${name}\n`);
    beginPart(name);
    await bench();
  }
  console.log(['\n## Ratios\n', '| What | Ratio |', '| --- | --- |', ...watchedRatios()].join('\n'));
  if (words.includes('--check')) report(worsened());
}

function report(worse: readonly string[]): void {
  console.log(['', ...worse, `${worse.length} ratios got worse by a fifth or are not listed`].join('\n'));
  if (worse.length > 0) process.exitCode = 1;
}

void main(process.argv.slice(2));
