import { spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { REPOSITORY } from './measure';

const SEED = Number(process.env['MUTANT_SEED'] ?? randomInt(1_000_000));
const FILES = Number(process.env['MUTANT_FILES'] ?? 20);
/** Suites that are asked of each file: each change runs all of them. */
const NEAREST = 5;

const STRYKER = join(REPOSITORY, '.ci/stryker/node_modules/@stryker-mutator/core/bin/stryker.js');

/** Not below the repository, where jest would find every package twice. */
const SANDBOXES = join(tmpdir(), 'entra-aws-identity-mutants');

/** Part of Stryker's report that is read. */
const Report = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().default(''),
          location: z.object({ start: z.object({ line: z.number(), column: z.number() }) }),
        }),
      ),
    }),
  ),
});
type Mutant = z.output<typeof Report>['files'][string]['mutants'][number];

/**
 * Changes a sample of the files of the model and of the constructs in one place at a time, and lists the changes that the nearest
 * suites reach and do not notice.
 */
export function benchMutants(): Promise<void> {
  if (existsSync(STRYKER)) report();
  else console.log('Not run: npm ci --prefix .ci/stryker');
  return Promise.resolve();
}

function report(): void {
  console.log(`MUTANT_SEED=${SEED} MUTANT_FILES=${FILES} repeats it`);
  console.log(`\n${shareOf(sample().flatMap(judge))}`);
}

/** Changes of a file, with those that its suites reach and do not notice printed. */
function judge(file: string): readonly Mutant[] {
  const all = mutate(file).filter(({ status }) => status !== 'Ignored');
  console.log(`\n${file}: ${shareOf(all)}`);
  for (const { location, mutatorName, replacement } of all.filter(({ status }) => status === 'Survived'))
    console.log(`  ${location.start.line}:${location.start.column} ${mutatorName}: ${replacement}`);
  return all;
}

function shareOf(all: readonly Mutant[]): string {
  const reached = all.filter(({ status }) => status !== 'NoCoverage');
  const noticed = reached.filter(({ status }) => status !== 'Survived').length;
  const share = reached.length === 0 ? '' : ` (${((100 * noticed) / reached.length).toFixed(1)} %)`;
  return `${all.length} changes, ${reached.length} reached, ${noticed} of them noticed${share}`;
}

/** @throws Error if Stryker fails, as where a suite fails without a change. */
function mutate(file: string): readonly Mutant[] {
  const args = ['run', '.ci/stryker/stryker.config.json', '--mutate', file, '--tempDirName', SANDBOXES];
  const { status, stderr } = spawnSync(process.execPath, [STRYKER, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, MUTANT_SUITES: nearest(file).join(',') },
  });
  if (status !== 0) throw new Error(`Stryker failed with ${file}: ${stderr}`);
  const { files } = Report.parse(JSON.parse(readFileSync(join(REPOSITORY, '.local/stryker/report.json'), 'utf8')));
  return files[file]?.mutants ?? [];
}

/** Files in an order that the seed alone decides, so that a file that is added moves no other. */
function sample(): readonly string[] {
  const place = (path: string): string => createHash('sha256').update(`${SEED} ${path}`).digest('hex');
  return globSync('{src/estate,constructs}/**/*.ts', { cwd: REPOSITORY })
    .toSorted((one, other) => (place(one) < place(other) ? -1 : 1))
    .slice(0, FILES);
}

/** Suites whose paths have most words of a file's, those with the fewest others first; without random ones, which would notice by chance. */
function nearest(file: string): readonly string[] {
  const words = wordsOf(file);
  const distance = (suite: string): number =>
    [...wordsOf(suite)].reduce((sum, word) => (words.has(word) ? sum - 9 : sum + 1), 0);
  return globSync('test/unit/**/*.test.ts', { cwd: REPOSITORY })
    .filter((suite) => !/fuzz|properties/.test(suite))
    .toSorted((one, other) => distance(one) - distance(other) || (one < other ? -1 : 1))
    .slice(0, NEAREST);
}

const wordsOf = (path: string): ReadonlySet<string> => new Set(path.split(/\W/).map((word) => word.replace(/s$/, '')));
