import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runEngineHere } from '../../deploy/steps/child-processes';
import { type Command, shellLine } from '../../deploy/steps/command';
import {
  hasSomethingToRollOut,
  partCommand,
  type PartOfStack,
  type RollOut,
  rollOutCommand,
} from '../../deploy/pipeline/roll-out';
import type * as commands from './options';
import { count } from '../../text/amounts';
import { EXIT, printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { readShardedTemplates, readTemplate } from '../../clouds/aws/read-template';
import type { EstatePlan } from '../../estate/plan/planner';
import { POLICY_KINDS, type PolicyKind, stackNameOf, stacksOfKind } from '../../estate/plan/stacks/stacks';
import { operationsBefore, type StackTemplates } from '../../deploy/pipeline/operations';
import type { StackRole } from '../../estate/sections/access/placement/placement';
import { isObject } from '../../estate/source/located';
import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';
import { synthesizeEstate } from '../../preview/engine/synthesize';

export async function run(options: OptionsOf<typeof commands.rollOut>): Promise<number> {
  const { name, plan } = readEstate(options);
  const approval = options.yes ? ['--require-approval', 'never'] : [];
  if (options.access) return rollOutAccess({ plan, estates: options.estates }, approval, options.check);
  const rollOut = await deployedPolicies({ plan, estates: options.estates });
  if (rollOut === undefined) return printed(`the estate ${name} rolls out no policies\n`);
  if (!options.check) return (await runVisibly(rollOutCommand(rollOut, approval))) ? EXIT.ok : EXIT.failed;
  const isPending = hasSomethingToRollOut(rollOut);
  process.stdout.write(
    isPending ? `${name}: policies to roll out; run npx --no entra-aws deploy roll-out\n` : `${name}: up to date\n`,
  );
  return isPending ? EXIT.failed : EXIT.ok;
}

/** Deploys what CloudFormation can't take in the one operation that `cdk deploy` of the access stacks is. */
async function rollOutAccess(target: Wanted, approval: readonly string[], isCheck: boolean): Promise<number> {
  const parts = await partsToDeploy(target);
  const { estate } = target.plan;
  process.stdout.write(
    parts.length === 0
      ? `${estate.name}: one operation of CloudFormation takes what changes\n`
      : `${estate.name}: ${count(parts.length, 'operation')} of CloudFormation before the last one\n`,
  );
  if (isCheck) return parts.length === 0 ? EXIT.ok : EXIT.failed;
  for (const part of parts) if (!(await runVisibly(partCommand(part, approval)))) return EXIT.failed;
  return EXIT.ok;
}

/** Shows and runs a command. @returns whether it succeeded */
async function runVisibly(command: Command): Promise<boolean> {
  process.stdout.write(`${shellLine(command)}\n`);
  return (await runEngineHere(command)) === 0;
}

/** Folder in which tools keep what they can make again. An assembly of policies stays there while nothing of it changes. */
const ROLL_OUT_CACHE = 'node_modules/.cache/entra-aws-identity/roll-out';

/** Reads what is deployed of an estate's policies, of some kinds of stacks, into a file. Undefined where the estate rolls out none. */
export async function deployedPolicies(
  { plan, estates }: Omit<Wanted, 'role'>,
  kinds: readonly PolicyKind[] = POLICY_KINDS,
): Promise<RollOut | undefined> {
  const stacks = kinds.flatMap((kind) => stacksOfKind(plan, kind));
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
  return {
    location: { estate: plan.estate.name, estates },
    stacks: stacks.map(({ name }) => name),
    keptFile,
    assembly: join(folder, 'assembly'),
  };
}

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
