import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRA_AWS, median, REPOSITORY } from './measure';

const RUNS = 9;
const EXPLAIN = ['explain', '--group', 'Claims Developers', '--account', 'claims-test'];

/** Programs to start, the bare runtime included, all of them in turn. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'entra-aws --help': [ENTRA_AWS, '--help'],
  'entra-aws explain (sandbox)': [ENTRA_AWS, ...EXPLAIN],
  'entra-aws preview (sandbox)': [ENTRA_AWS, 'preview'],
};

/** Measures how long the program takes as users start it, compiled and with its compile cache warm, and once after its sources changed. */
export function benchProgram(): Promise<void> {
  rmSync(join(REPOSITORY, 'dist/program'), { recursive: true, force: true });
  console.log(`entra-aws --help, compiled first: ${start([ENTRA_AWS, '--help']).toFixed(0)} ms`);
  const calls = Object.entries(CALLS).map(([name, args]) => ({ name, args, times: [] as number[] }));
  for (const { args } of calls) start(args);
  for (let run = 0; run < RUNS; run++) for (const { args, times } of calls) times.push(start(args));
  for (const { name, times: each } of calls) {
    console.log(`${name}: median ${median(each).toFixed(0)} ms, least ${Math.min(...each).toFixed(0)} ms`);
  }
  return Promise.resolve();
}

/** Milliseconds of a whole run. @throws Error with its output if it fails */
function start(args: readonly string[]): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
  const time = performance.now() - before;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}:\n${stderr}`);
  return time;
}
