import { EXIT } from '../src/cli/program/cli';
import { command, type OptionsOf } from '../src/cli/program/define';
import { compareWays, readPaths } from './reference/ways-up';
import { runScript } from './run-script';

const definition = command('scripts/compare-ways.ts', {
  summary: 'Compare the catalogue of ways up with pathfinding.cloud',
  description:
    'Compares src/permissions/ways-up.json with a clone of github.com/DataDog/pathfinding.cloud: paths that it lacks or has ' +
    'beyond theirs, and whose category, permissions or prerequisites differ. Nothing is fetched or written.',
  exit: ['equal', 'different'],
}).requiredOption('--clone <folder>', 'folder of the clone');

function run({ clone }: OptionsOf<typeof definition>): number {
  const theirs = readPaths(clone);
  const differences = compareWays(theirs);
  process.stdout.write([...differences, `${theirs.length} paths, ${differences.length} differences`, ''].join('\n'));
  return differences.length === 0 ? EXIT.ok : EXIT.failed;
}

runScript(definition, run);
