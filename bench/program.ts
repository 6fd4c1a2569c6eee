import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './measure';
import { REPOSITORY } from './pinned';

const RUNS = 9;
const PROGRAM = join(REPOSITORY, 'src/cli/entra-aws.cjs');
const EXPLAIN = ['explain', '--group', 'Claims Developers', '--account', 'claims-test'];

/** Programs to start, the bare runtime included, all of them in turn. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'entra-aws --help': [PROGRAM, '--help'],
  'entra-aws explain (sandbox)': [PROGRAM, ...EXPLAIN],
  'entra-aws preview (sandbox)': [PROGRAM, 'preview'],
};

/** Measures how long the program takes as users start it, compiled and with its compile cache warm, and once after its sources changed. */
export function benchProgram(): Promise<void> {
  rmSync(join(REPOSITORY, 'dist/program'), { recursive: true, force: true });
  console.log(`entra-aws --help, compiled first: ${start([PROGRAM, '--help']).toFixed(0)} ms`);
  const names = Object.keys(CALLS);
  for (const name of names) start(CALLS[name] ?? []);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const [name, args] of Object.entries(CALLS)) times.get(name)?.push(start(args));
  }
  for (const [name, each] of times) {
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
