import { cdkStacks } from '../../../estate/plan/stacks/stacks';
import { quotedList } from '../../../text/suggest';
import { EXIT, UsageError } from '../../program/cli';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import type { RepairOptions } from '../options';
import { recoverVisibly, showStatus } from './stack-recovery';

/** Brings the CloudFormation stacks of an estate into a state from which they can be deployed. */
export async function recoverStacks(options: RepairOptions): Promise<number> {
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
  if (options.check) return (await showStatus(stacks)) ? EXIT.ok : EXIT.failed;
  return (await recoverVisibly(stacks, { plan, estates, skip })) ? EXIT.ok : EXIT.failed;
}
