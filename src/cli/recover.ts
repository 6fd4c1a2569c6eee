import { cdkStacks } from '../estate/plan/stacks';
import { quotedList } from '../estate/source/suggest';
import type * as commands from './commands/clouds';
import { EXIT, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { ONLY_AWS, requireTarget } from './program/local-target';
import { recoverVisibly } from './program/stack-recovery';

export async function run(options: OptionsOf<typeof commands.recover>): Promise<number> {
  requireTarget(options.against, ONLY_AWS);
  // Stacks of an estate with errors are recovered too.
  const { name, plan } = readEstate(options, () => []);
  const { stack: wanted, skip, estates } = options;
  const all = cdkStacks(plan);
  const stacks = all.filter((stack) => wanted === undefined || stack.name === wanted);
  if (stacks.length === 0) {
    const names = quotedList(all.map((stack) => stack.name));
    throw new UsageError(`--stack must be a stack of the estate ${name}, one of ${names}, got '${wanted ?? ''}'`);
  }
  return (await recoverVisibly(stacks, { estate: name, estates, skip })) ? EXIT.ok : EXIT.failed;
}
