import { existsSync } from 'node:fs';
import { applyStack } from '../../deploy/pipeline/apply-stack';
import { readOutcomes } from '../../deploy/pipeline/outcome';
import { stepsOf } from '../../deploy/pipeline/steps';
import type { EstatePlan } from '../../estate/plan/planner';
import type { StackRole } from '../../estate/sections/access/placement/placement';
import { isPolicyKind, nameAtEngine } from '../../estate/plan/stacks/stacks';
import type * as commands from './options';
import { partsToDeploy, deployedPolicies } from '../deploy/roll-out';
import { EXIT, printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { openAccess, readLeavingHere, roleOf } from '../deploy/revoke/leaving';
import { announce, removeLeaving, tellMoved } from '../deploy/revoke/remove-leaving';
import { stackRecovery } from '../deploy/repair/stacks';

export async function run(options: OptionsOf<typeof commands.applyStack>): Promise<number> {
  const { step, clouds: folder, estates } = options;
  const { name, plan } = readEstate(options);
  if (!stepsOf(plan.estate, false).includes(step))
    return printed(`the estate ${name} has no ${step}: there is nothing to deploy\n`);
  const approved = existsSync(folder) ? readOutcomes(folder) : [];
  const stack = { estate: name, name: nameAtEngine(plan.estate, step), estates, step, folder, approved };
  const recovery = stackRecovery(plan, estates);
  if (isPolicyKind(step)) {
    const part = options.removals ? 'removal' : 'roll-out';
    const rollOut = await deployedPolicies({ plan, estates }, [step]);
    if (rollOut === undefined) return EXIT.ok;
    const code = await applyStack({ ...stack, policies: { part, rollOut } }, recovery);
    return code === 0 ? EXIT.ok : EXIT.failed;
  }
  const role = roleOf(step);
  const code = await applyStack({ ...stack, ...(role !== undefined && aroundAccess(plan, estates, role)) }, recovery);
  return code === 0 ? EXIT.ok : EXIT.failed;
}

/** Work around the change of a stack of access. The removal is the same twice: what leaves, then what CloudFormation gave up to delete. */
function aroundAccess(plan: EstatePlan, estates: string, role: StackRole) {
  return {
    beforeChange: () => revoke(plan, role),
    parts: () => partsToDeploy({ plan, estates, role }),
    afterChange: () => revoke(plan, role),
  };
}

/** Removes what leaves a stack of access. @returns whether all of it is removed */
async function revoke(plan: EstatePlan, role: StackRole): Promise<boolean> {
  const { access } = plan;
  if (access === undefined) return true;
  const clients = openAccess(access);
  const all = await readLeavingHere(clients, { plan, access }, role);
  if (tellMoved(all)) return false;
  for (const leaving of all) {
    announce(leaving);
    if (!(await removeLeaving(clients, leaving))) return false;
  }
  return true;
}
