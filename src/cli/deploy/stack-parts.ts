import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readShardedTemplates } from '../../clouds/aws/recovery/stack-client';
import { operationsBefore, type StackTemplates } from '../../deploy/pipeline/operations';
import type { PartOfStack } from '../../deploy/pipeline/roll-out';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../estate/plan/planner';
import type { StackRole } from '../../estate/sections/access/placement/placement';
import { isObject } from '../../estate/sections/access/json';
import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';
import { synthesizeEstate } from '../../preview/engine/synthesize';
import { ROLL_OUT_CACHE } from './deployed-policies';

interface Wanted {
  readonly plan: EstatePlan;
  readonly estates: string;
  /** The only stack to look at. @default each */
  readonly role?: StackRole;
}

/**
 * Parts of the access stacks to deploy before `cdk deploy`, in their order: as many as it takes until one operation of CloudFormation
 * has room for the rest. None of most estates. What is deployed decides, so an interrupted deployment goes on where it stopped.
 *
 * @throws AwsCallError
 */
export async function partsToDeploy({ plan, estates, role }: Wanted): Promise<readonly PartOfStack[]> {
  const { access, estate } = plan;
  const stacks = (access?.stacks ?? []).filter((stack) => role === undefined || stack.role === role);
  const partition = access?.organization.partition ?? 'aws';
  const parts: PartOfStack[] = [];
  for (const stack of stacks) {
    const name = stackNameOf(estate.name, stack.role);
    const deployed = await readShardedTemplates({ ...stack, name, partition });
    const declared = stack.permissionSets.length + stack.shards.flatMap(({ assignments }) => assignments).length;
    // Synthesis takes seconds, and nearly every estate is far from the limit.
    if (declared + countOf(deployed) <= MAX_RESOURCES_OF_OPERATION) continue;
    const operations = operationsBefore(declaredOf(plan, name), deployed);
    const target = { location: { estate: estate.name, estates }, stack: name, deployed };
    parts.push(...operations.map((accounts, index) => writePart(target, accounts, index + 1)));
  }
  return parts;
}

function declaredOf(plan: EstatePlan, name: string): StackTemplates {
  const templates = synthesizeEstate(plan).templates.filter(({ stack }) => stack === name);
  return {
    root: templates.find(({ shard }) => shard === undefined)?.template,
    shards: new Map(templates.flatMap(({ shard, template }) => (shard === undefined ? [] : [[shard, template]]))),
  };
}

interface Target extends Pick<PartOfStack, 'location' | 'stack'> {
  readonly deployed: StackTemplates;
}

function writePart({ location, stack, deployed }: Target, accounts: readonly string[], number: number): PartOfStack {
  const folder = join(ROLL_OUT_CACHE, location.estate);
  mkdirSync(folder, { recursive: true });
  const partFile = join(folder, `${stack}-${number}.json`);
  const part = { accounts, root: deployed.root ?? {}, nested: [...deployed.shards] };
  writeFileSync(partFile, JSON.stringify({ [stack]: part }));
  return { location, stack, partFile, assembly: join(folder, 'assembly') };
}

function countOf({ root, shards }: StackTemplates): number {
  const templates: readonly unknown[] = [root, ...shards.values()];
  return templates.reduce<number>((sum, template) => {
    const resources = isObject(template) ? template['Resources'] : undefined;
    return sum + (isObject(resources) ? Object.keys(resources).length : 0);
  }, 0);
}
