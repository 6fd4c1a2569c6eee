import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplate } from '../../clouds/aws/recovery/stack-client';
import type { EstatePlan } from '../../estate/plan/planner';
import { POLICY_KINDS, type PolicyKind, stacksOfKind } from '../../estate/plan/stacks/stacks';
import type { RollOut } from '../../deploy/pipeline/roll-out';

/** Stacks of policies that an estate has, of some kinds. */
function policyStacks(plan: EstatePlan, kinds: readonly PolicyKind[]) {
  return kinds.flatMap((kind) => stacksOfKind(plan, kind));
}

/** Folder in which tools keep what they can make again. An assembly of policies stays there while nothing of it changes. */
export const ROLL_OUT_CACHE = 'node_modules/.cache/entra-aws-identity/roll-out';

/** Reads what is deployed of an estate's policies, and hands it on as a file. Undefined where the estate rolls out none. */
export async function withDeployedPolicies<Result>(
  { plan, estates, kinds = POLICY_KINDS }: { plan: EstatePlan; estates: string; kinds?: readonly PolicyKind[] },
  use: (rollOut: RollOut) => Result | Promise<Result>,
): Promise<Result | undefined> {
  const stacks = policyStacks(plan, kinds);
  if (stacks.length === 0) return undefined;
  const partition = plan.access?.organization.partition ?? 'aws';
  const deployed = await Promise.all(
    stacks.map(async (stack) => [stack.name, await readTemplate({ ...stack, partition })] as const),
  );
  const folder = join(ROLL_OUT_CACHE, plan.estate.name);
  mkdirSync(folder, { recursive: true });
  const keptFile = join(folder, 'deployed.json');
  const kept = Object.fromEntries(deployed.filter(([, template]) => template !== undefined));
  writeFileSync(keptFile, JSON.stringify(kept));
  return await use({
    location: { estate: plan.estate.name, estates },
    stacks: stacks.map(({ name }) => name),
    keptFile,
    assembly: join(folder, 'assembly'),
  });
}
