import { UsageError } from '../../program/cli';
import { REPAIRED, repair, type RepairOptions } from '../options';
import { repairAccess } from './access';
import { recoverByGraph } from './program';
import { recoverStacks } from './stacks';

type What = (typeof REPAIRED)[number];
type Narrow = 'concurrency' | 'others' | 'removeSpare' | 'skip' | 'stack' | 'takeOver' | 'timeout' | 'yes';

/** Options that not every kind of repair has, as they are typed, and the kinds that have them. */
const NARROW: Readonly<Record<Narrow, readonly [name: string, ...kinds: What[]]>> = {
  concurrency: ['--concurrency', 'access'],
  others: ['--others', 'access'],
  removeSpare: ['--remove-spare', 'customers', 'workforce'],
  skip: ['--skip', 'stacks'],
  stack: ['--stack', 'stacks'],
  takeOver: ['--take-over', 'customers', 'workforce'],
  timeout: ['--timeout', 'access'],
  yes: ['--yes', 'access', 'customers', 'workforce'],
};

export async function run(options: RepairOptions, [given]: readonly string[]): Promise<number> {
  const what = REPAIRED.find((one) => one === given);
  if (what === undefined)
    throw new UsageError(`deploy repair takes one of ${REPAIRED.join(', ')}, got '${given ?? ''}'`);
  for (const [key, [name, ...kinds]] of Object.entries(NARROW)) {
    if (repair.getOptionValueSource(key) !== 'cli' || kinds.includes(what)) continue;
    throw new UsageError(`${name} is an option of ${kinds.join(' and ')}, not of ${what}`);
  }
  if (what === 'access') return repairAccess(options);
  return what === 'stacks' ? recoverStacks(options) : recoverByGraph(options, what);
}
