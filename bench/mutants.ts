import { spawnSync } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './measure';

const SEED = Number(process.env['MUTANT_SEED'] ?? randomInt(1_000_000));
const FILES = Number(process.env['MUTANT_FILES'] ?? 12);
/** Each takes a processor and up to a gigabyte. */
const WORKERS = process.env['MUTANT_WORKERS'] ?? '1';

const STRYKER = join(REPOSITORY, '.ci/stryker/node_modules/@stryker-mutator/core/bin/stryker.js');

/** Changes a sample of the files of the model and the constructs in one place at a time, and lists the changes that no unit test notices. */
export function benchMutants(): Promise<void> {
  if (existsSync(STRYKER)) mutate();
  else console.log('Not run: npm ci --prefix .ci/stryker');
  return Promise.resolve();
}

function mutate(): void {
  console.log(`MUTANT_SEED=${SEED} MUTANT_FILES=${FILES} repeats it\n`);
  const args = ['run', '.ci/stryker/stryker.config.json', '--concurrency', WORKERS, '--mutate', sample().join(',')];
  const { status } = spawnSync(process.execPath, [STRYKER, ...args], { cwd: REPOSITORY, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

/** Files in an order that the seed alone decides, so that a file that is added moves no other. */
function sample(): readonly string[] {
  const files = ['src/estate', 'constructs'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path)),
  );
  const place = (path: string): string => createHash('sha256').update(`${SEED} ${path}`).digest('hex');
  return files.toSorted((one, other) => (place(one) < place(other) ? -1 : 1)).slice(0, FILES);
}
