import { spawnSync } from 'node:child_process';
import { REPOSITORY } from '../repository';

/** Result of a program of `bench/programs` with a number of random runs. Its `seed` is the program's second argument. */
export function acceptance(program: 'history' | 'solver', count: number): unknown {
  const args = ['--import', 'tsx', `bench/programs/${program}.ts`, String(count)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
