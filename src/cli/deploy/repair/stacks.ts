import { type CdkStack, cdkStacks } from '../../../estate/plan/stacks/stacks';
import { quotedList } from '../../../text/suggest';
import { EXIT, UsageError } from '../../program/cli';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import type { RepairOptions } from '../options';
import {
  type FailedResource,
  isFailedCreation,
  isInReview,
  isStuck,
  recoverStack,
  type Recovery,
} from '../../../clouds/aws/recovery/recover-stack';
import { readStackStatus } from '../../../clouds/aws/read-stack';
import { createStackClient, type StackPlace } from '../../../clouds/aws/recovery/stack-client';
import type { StackRecovery } from '../../../deploy/pipeline/apply-stack';
import { causeLines, resourceLine } from '../../../deploy/pipeline/failure-causes';
import type { Outcome } from '../../../deploy/pipeline/outcome';
import { entraAws, shellLine } from '../../../deploy/steps/command';
import { type Leaving, leavingText, openAccess, readLeaving, roleOf, say } from '../revoke/leaving';
import type { EstatePlan } from '../../../estate/plan/planner';
import { changeAssignments } from '../../../clouds/aws/access/change-access';
import type { IdentityCenterClients } from '../../../clouds/aws/aws-clients';
import { readCaller } from '../../../clouds/aws/account-credentials';
import { readExisting } from '../../../clouds/aws/read-assignments';
import { namingKey } from '../../../clouds/aws/read-instance';
import type { DeployedAssignment } from '../../../clouds/facts/access-facts';
import { declaredKey, deployedKey, whyLeftAlone } from '../../../clouds/facts/access-drift';
import { endedException, endedExceptions } from '../../../doctor/checks/access/assignments';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { StackRole } from '../../../estate/sections/access/placement/placement';
import { count } from '../../../text/amounts';
import { withProgress } from '../../program/progress';

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

/** An estate whose stacks are recovered. */
interface RecoveryContext {
  readonly plan: EstatePlan;
  /** Folder of the estates. */
  readonly estates: string;
  /** True to go on without what can't be rolled back. */
  readonly skip: boolean;
}

const CAN_BE_DEPLOYED: ReadonlySet<Recovery['state']> = new Set(['sound', 'to-be-made-again', 'rolled-back']);

/**
 * Recovers stacks, one after the other, and says so. @returns whether each can be deployed
 * @throws Error before anything is changed if the credentials may not act on one of them; AwsCallError
 */
async function recoverVisibly(stacks: readonly CdkStack[], context: RecoveryContext): Promise<boolean> {
  const opened: { readonly stack: CdkStack; readonly client: StackClient }[] = [];
  try {
    for (const stack of stacks) opened.push({ stack, client: await createStackClient(stack) });
    let isSound = true;
    for (const { stack, client } of opened) isSound = (await recoverOne(stack, client, context)) && isSound;
    return isSound;
  } finally {
    for (const { client } of opened) client.destroy();
  }
}

/** Says the status of stacks, and changes nothing. @returns whether there is nothing to recover */
async function showStatus(stacks: readonly CdkStack[]): Promise<boolean> {
  let isSound = true;
  for (const stack of stacks) {
    const status = await readStatus(stack);
    process.stdout.write(`${stack.name} in ${stack.account}: ${status ?? 'not deployed'}\n`);
    isSound &&= !isFailedCreation(status) && !isStuck(status);
  }
  return isSound;
}

type StackClient = Awaited<ReturnType<typeof createStackClient>>;

async function recoverOne(
  stack: CdkStack,
  client: StackClient,
  { plan, estates, skip }: RecoveryContext,
): Promise<boolean> {
  const recovery = await recoverStack(client, stack.name, { skip });
  const withSkip = shellLine(
    entraAws('deploy repair stacks', { estate: plan.estate.name, estates }, `--stack ${stack.name} --skip`),
  );
  const lines = [describe(recovery, withSkip), ...causeLines(recovery.causes, plan)];
  process.stdout.write(`${stack.name} in ${stack.account}: ${lines.join('\n')}\n`);
  if (!CAN_BE_DEPLOYED.has(recovery.state)) return false;
  const role = roleOf(stack.kind);
  return role === undefined || giveBack({ plan, estates, role, account: stack.account });
}

/** Recovery of the stacks that a pipeline deploys. What AWS refuses is said, and changes nothing about the deployment. */
export function stackRecovery(plan: EstatePlan, estates: string): StackRecovery {
  const stacks = cdkStacks(plan);
  const find = (name: string): CdkStack | undefined => stacks.find((stack) => stack.name === name);
  return {
    recover: async (name) => {
      const stack = find(name);
      if (stack === undefined) return;
      await recoverVisibly([stack], { plan, estates, skip: false }).catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      });
    },
    isInReview: async (name) => {
      const stack = find(name);
      return stack !== undefined && isInReview(await readStatus(stack));
    },
  };
}

/**
 * The outcome as it is, or that a stack is made again: to the CDK one whose first creation failed is like its template, though it
 * has nothing of it. Where AWS can't be asked, the CDK has said so.
 */
export async function withFailedCreation(outcome: Outcome, stacks: readonly CdkStack[]): Promise<Outcome> {
  const stack = stacks.find(({ kind }) => kind === outcome.step);
  if (stack === undefined || outcome.state === 'failed') return outcome;
  const status = await readStatus(stack).catch(() => undefined);
  if (!isFailedCreation(status)) return outcome;
  const text = `The first creation of ${stack.name} failed (${status ?? ''}): what is left of it is deleted, and all of its template is made.`;
  return { ...outcome, state: 'changed', isMadeAgain: true, text };
}

async function readStatus(stack: StackPlace): Promise<string | undefined> {
  const client = await createStackClient(stack);
  try {
    return await readStackStatus(client, stack.name);
  } finally {
    client.destroy();
  }
}

function describe(recovery: Recovery, withSkip: string): string {
  const { state, status = 'not deployed' } = recovery;
  switch (state) {
    case 'sound':
      return `${status}, can be deployed`;
    case 'in-progress':
      return `${status}: wait until it has ended`;
    case 'deletion-failed':
      return `${status}: see its events for what can't be deleted, and delete it again`;
    case 'to-be-made-again':
      return `${status}: its first creation failed, so it has lost its termination protection. Deploy it again: the CDK deletes what is left of it, makes it and protects it`;
    case 'rolled-back':
      return [`${status}, as before the update`, ...skippedLines(recovery.skipped)].join('\n');
    case 'stuck':
      return [
        `${status}, still:`,
        ...recovery.failed.map(resourceLine),
        `  to do: fix what stands above and run this again, or go on without these resources: ${withSkip}`,
      ].join('\n');
  }
}

function skippedLines(skipped: readonly FailedResource[]): readonly string[] {
  if (skipped.length === 0) return [];
  return [
    'Without these resources, which are now as they are, and not as the template says:',
    ...skipped.map(resourceLine),
    '  to do: deploy again, then compare what is there with the estate: npx --no entra-aws doctor --only access',
  ];
}

interface GiveBackOptions extends Pick<RecoveryContext, 'plan' | 'estates'> {
  readonly role: StackRole;
  /** Account of the stack. */
  readonly account: string;
}

/**
 * Gives back what a failed deployment has removed before it: what the stack still owns, the estate no longer declares, and AWS lacks.
 * What the estate declares and AWS lacks is not its doing, and is told. @returns whether nothing of it is left
 * @throws AwsCallError if the caller lacks a permission
 */
async function giveBack(options: GiveBackOptions): Promise<boolean> {
  const { access } = options.plan;
  if (access === undefined) return true;
  const clients = openAccess(access);
  return namingKey(clients, access.organization.instanceArn, async () => {
    const lacking = await readLacking(clients, access, options);
    if (lacking === undefined) return true;
    tellMissing(lacking, options);
    return createAgain(clients, lacking);
  });
}

interface Lacking {
  readonly leaving: Leaving;
  /** Assignments that the stack owns and AWS lacks: those that the estate no longer declares, and those that it does. */
  readonly removed: readonly DeployedAssignment[];
  readonly missing: readonly DeployedAssignment[];
}

/** Reads what the stack owns and AWS lacks; undefined with credentials of another account. */
async function readLacking(
  clients: IdentityCenterClients,
  access: AccessPlan,
  { plan, role, account }: GiveBackOptions,
): Promise<Lacking | undefined> {
  const caller = await readCaller(clients.sts);
  if (caller.account !== account) {
    say(
      `  what was removed before is not given back: these credentials are of account ${caller.account}, not ${account}`,
    );
    return undefined;
  }
  return withProgress(async (show) => {
    show('Comparing what the stack has with IAM Identity Center …');
    const leaving = await readLeaving(clients, { plan, access, role }, caller);
    const { setNames, owned } = leaving;
    const usable = owned.filter((one) => setNames.has(one.set) && whyLeftAlone(access, one.account) === undefined);
    const there = new Set(await readExisting(clients, access.organization.instanceArn, usable));
    const declared = new Set(access.expansion.assignments.map(declaredKey));
    const ended = endedExceptions(plan);
    const { missing = [], removed = [] } = Object.groupBy(
      usable.filter((one) => !there.has(one) && endedException(one, { access, setNames, ended }) === undefined),
      (one) => (declared.has(deployedKey(one, setNames)) ? 'missing' : 'removed'),
    );
    return { leaving, missing, removed };
  });
}

function tellMissing({ leaving, missing }: Lacking, { plan, estates }: GiveBackOptions): void {
  if (missing.length === 0) return;
  say(
    `  ${count(missing.length, 'assignment')} of the estate missing in IAM Identity Center, though ${leaving.stack} has them:`,
  );
  for (const one of missing) say(`    ${leavingText(leaving, one)}`);
  const command = entraAws('deploy repair access', { estate: plan.estate.name, estates }, '--yes');
  say(`  to do: a deployment sees no change; this gives them again: ${shellLine(command)}`);
}

async function createAgain(clients: IdentityCenterClients, { leaving, removed }: Lacking): Promise<boolean> {
  if (removed.length === 0) return true;
  const { stack, access } = leaving;
  const { instanceArn } = access.organization;
  say(
    `  ${count(removed.length, 'assignment')} removed before the deployment, which ${stack} still has, to give back:`,
  );
  let isDone = true;
  await changeAssignments(clients, removed, {
    instanceArn,
    change: 'create',
    onResult: (one, result) => {
      const isGiven = result.outcome === 'done' || result.outcome === 'already';
      if (!isGiven) isDone = false;
      const reason = result.outcome === 'failed' ? `; ${result.reason}` : '';
      say(`    ${isGiven ? 'given back' : 'failed'}: ${leavingText(leaving, one)}${reason}`);
    },
  });
  return isDone;
}
