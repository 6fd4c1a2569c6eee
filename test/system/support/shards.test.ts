import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import longest from '../../support/longest-suites.json';
import { REPOSITORY } from '../../support/repository';

/** Suites in the order in which they begin. */
function suites(...options: readonly string[]): readonly string[] {
  const jest = join(REPOSITORY, 'node_modules/jest/bin/jest.js');
  const args = [jest, '--selectProjects', 'system', '--listTests', ...options];
  return execFileSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.endsWith('.test.ts'));
}

const fileOf = (name: string): string => join(REPOSITORY, 'test/system', `${name}.test.ts`);

test('the longest suites begin first', () => {
  expect(suites().slice(0, longest.length)).toEqual(longest.map(fileOf));
});

test('three shards have every suite once, and one of the longest three each', () => {
  const shards = ['1/3', '2/3', '3/3'].map((shard) => suites('--shard', shard));
  expect(shards.flat().toSorted()).toEqual(suites().toSorted());
  expect(shards.map(([first]) => first)).toEqual(longest.slice(0, 3).map(fileOf));
});
