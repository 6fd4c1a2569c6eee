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
import { giveBack } from '../revoke/give-back';
import { roleOf } from '../revoke/read-here';
import type { EstatePlan } from '../../../estate/plan/planner';
import { type CdkStack, cdkStacks } from '../../../estate/plan/stacks/stacks';

/** An estate whose stacks are recovered. */
export interface RecoveryContext {
  readonly plan: EstatePlan;
  /** Folder of the estates. */
  readonly estates: string;
  /** True to go on without what can't be rolled back. */
  readonly skip: boolean;
}

type StackClient = Awaited<ReturnType<typeof createStackClient>>;

const CAN_BE_DEPLOYED: ReadonlySet<Recovery['state']> = new Set(['sound', 'to-be-made-again', 'rolled-back']);

/**
 * Recovers stacks, one after the other, and says so. @returns whether each can be deployed
 * @throws Error before anything is changed if the credentials may not act on one of them; AwsCallError
 */
export async function recoverVisibly(stacks: readonly CdkStack[], context: RecoveryContext): Promise<boolean> {
  const opened: (readonly [CdkStack, StackClient])[] = [];
  try {
    for (const stack of stacks) opened.push([stack, await createStackClient(stack)]);
    const sound: boolean[] = [];
    for (const [stack, client] of opened) sound.push(await recoverOne(stack, client, context));
    return sound.every(Boolean);
  } finally {
    for (const [, client] of opened) client.destroy();
  }
}

/** Says the status of stacks, and changes nothing. @returns whether there is nothing to recover */
export async function showStatus(stacks: readonly CdkStack[]): Promise<boolean> {
  const sound: boolean[] = [];
  for (const stack of stacks) {
    const status = await readStatus(stack);
    process.stdout.write(`${stack.name} in ${stack.account}: ${status ?? 'not deployed'}\n`);
    sound.push(!isFailedCreation(status) && !isStuck(status));
  }
  return sound.every(Boolean);
}

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
