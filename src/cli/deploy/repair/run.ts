import { UsageError } from '../../program/cli';
import { REPAIRED, type RepairOptions } from '../options';
import { repairAccess } from './access';
import { recoverByGraph } from './program';
import { recoverStacks } from './stacks';

type What = (typeof REPAIRED)[number];
type Narrow = 'others' | 'removeSpare' | 'skip' | 'stack' | 'takeOver' | 'yes';

/** Options that not every kind of repair has, as they are typed, and the kinds that have them. */
const NARROW: Readonly<Record<Narrow, readonly [name: string, ...kinds: What[]]>> = {
  others: ['--others', 'access'],
  removeSpare: ['--remove-spare', 'customers', 'workforce'],
  skip: ['--skip', 'stacks'],
  stack: ['--stack', 'stacks'],
  takeOver: ['--take-over', 'customers', 'workforce'],
  yes: ['--yes', 'access', 'customers', 'workforce'],
};

export async function run(options: RepairOptions, [given]: readonly string[]): Promise<number> {
  const what = REPAIRED.find((one) => one === given);
  if (what === undefined)
    throw new UsageError(`deploy repair takes one of ${REPAIRED.join(', ')}, got '${given ?? ''}'`);
  for (const [key, [name, ...kinds]] of Object.entries(NARROW)) {
    if (!isGiven(options, key) || kinds.includes(what)) continue;
    throw new UsageError(`${name} is an option of ${kinds.join(' and ')}, not of ${what}`);
  }
  if (what === 'access') return repairAccess(options);
  return what === 'stacks' ? recoverStacks(options) : recoverByGraph(options, what);
}

function isGiven(options: Readonly<Record<string, unknown>>, key: string): boolean {
  const value = options[key];
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
