import { type PipelineKind, stackName, STACKS } from '../../estate/plan/stacks/stacks';
import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';
import { withoutSecrets } from '../../text/secrets';
import { runEngine, runEngineHere } from '../steps/child-processes';
import { type Command, entraAws, shellLine } from '../steps/command';
import { checkImages } from './images';
import { planCdk, planFile } from './engine-steps';
import { logLines } from './log-lines';
import type { Outcome } from './outcome';
import { hasSomethingToRollOut, partCommand, type PartOfStack, type RollOut, rollOutCommand } from './roll-out';
import { ASSEMBLY } from './steps';

export interface StackToApply {
  readonly estate: string;
  /** Folder of the estates. @default estates */
  readonly estates?: string;
  readonly step: PipelineKind;
  /** Folder that `cloud-plan` wrote to. */
  readonly folder: string;
  /** Answers of the engines that were shown to the approver. */
  readonly approved: readonly Outcome[];
  /**
   * Does what must be done between the comparison with what was approved and the change of a stack of the CDK, and tells whether it
   * is done. @default nothing
   */
  readonly beforeChange?: () => Promise<boolean>;
  /** Reads what must be deployed of the stack before the change set, since one operation has no room for it. @default nothing */
  readonly parts?: () => Promise<readonly PartOfStack[]>;
  /** Does what must be done once the stack of the CDK is as approved, and tells whether it is done. @default nothing */
  readonly afterChange?: () => Promise<boolean>;
  /** Part of a stack of policies that is deployed. @default all of the stack, at once */
  readonly policies?: PolicyPart | undefined;
}

/** Policies come before the permission sets that refer to them, and go after them. */
export interface PolicyPart {
  readonly part: 'roll-out' | 'removal';
  readonly rollOut: RollOut;
}

/** Look at a stack of CloudFormation that the CDK does not take. */
export interface StackRecovery {
  /** Lets a stack whose first creation failed be made again, and says what the last deployment failed for. */
  readonly recover: (stack: string) => Promise<void>;
  /** Tells whether a stack has nothing but the change set of its first creation. */
  readonly isInReview: (stack: string) => Promise<boolean>;
}

/**
 * Deploys a stack by what was planned, and by nothing that came later.
 *
 * @returns exit code of the engine
 * @throws Error that says what moved, where a deployment would not do what was approved
 */
export async function applyStack(stack: StackToApply, recovery: StackRecovery): Promise<number> {
  const name = stackName(stack.estate, stack.step);
  if (STACKS[stack.step].engine === 'pulumi') {
    // Pulumi itself refuses what is not in its plan.
    const plan = ['--plan', planFile(stack.folder, stack.step), '--skip-preview'];
    const code = await runVisibly({ words: ['pulumi', 'up', '--stack', name, ...plan, '--yes', '--non-interactive'] });
    if (code !== 0) process.stdout.write(`${RECOVER}${shellLine(entraAws(`deploy repair ${stack.step}`, stack))}\n`);
    return code;
  }
  if (stack.policies === undefined) return applyWithRemovals(stack, name, recovery);
  const code = await applyPolicies(stack, name, stack.policies);
  if (code !== 0) await recovery.recover(name);
  return code;
}

/** Exit code of the engine, or that what must come before the change was not done. */
type Applied = number | 'not-begun';

/** Deploys a stack of the CDK with what must be done before and after it. Where it fails, the stack is recovered. */
async function applyWithRemovals(stack: StackToApply, name: string, recovery: StackRecovery): Promise<number> {
  const outcome = await applyCdk(stack, name, recovery);
  if (outcome === 'not-begun') {
    process.stdout.write(`${name} was not changed: fix what stands above, and run the job again\n`);
    return 1;
  }
  if (outcome !== 0) {
    await recovery.recover(name);
    return outcome;
  }
  return (await stack.afterChange?.()) === false ? 1 : 0;
}

/**
 * Deploys one part of a stack of policies. What is brought to accounts is part of what was approved; what is taken away later
 * is the rest of it. A run that failed in between goes on where it stopped.
 */
async function applyPolicies(stack: StackToApply, name: string, { part, rollOut }: PolicyPart): Promise<number> {
  const approved = approvedOf(stack, name);
  const isRolledOut = !hasSomethingToRollOut(rollOut);
  if (part === 'removal') {
    if (!isRolledOut) throw new Error(`${name} was changed after its policies were rolled out. ${START_AGAIN}`);
    return await runVisibly({ words: deployWords(name) });
  }
  if (isRolledOut || checkDifferences(stack, { stack: name, approved }) === 'deployed') {
    process.stdout.write(`${name} has no policy to bring to an account\n`);
    return 0;
  }
  return await runVisibly(rollOutCommand(rollOut, ['--require-approval', 'never']));
}

/** No one in a pipeline can say that no other run is at work. */
const RECOVER =
  'Where it was interrupted, or something already exists, another run makes it worse. Recover it at a terminal, then start a new run of all jobs: ';

const deployWords = (name: string) =>
  ['cdk', 'deploy', name, '--app', ASSEMBLY, '--exclusively', '--require-approval', 'never'] as const;

/** The same name at each deployment: the CDK deletes one that was prepared before. */
const CHANGE_SET = ['--change-set-name', 'entra-aws-approved'] as const;

/**
 * Compares the images with those that were approved, then prepares a change set, then compares, then executes it: CloudFormation
 * refuses a change set of a stack that was changed after it was made, and an earlier change shows in the differences.
 */
async function applyCdk(stack: StackToApply, name: string, recovery: StackRecovery): Promise<Applied> {
  const approved = approvedOf(stack, name);
  for (const line of await checkImages(name, { assembly: ASSEMBLY, folder: stack.folder })) {
    process.stdout.write(logLines(line));
  }
  const isMadeAgain = approved.isMadeAgain === true;
  if (isMadeAgain) await recovery.recover(name);
  const parts = (await stack.parts?.()) ?? [];
  if (parts.length > 0 && !isMadeAgain) checkDifferences(stack, { stack: name, approved });
  const applied = await applyParts(stack, parts);
  if (applied !== 0) return applied;
  return await applyRest(stack, { stack: name, approved }, isMadeAgain && parts.length === 0 ? recovery : undefined);
}

/** @param recovery given where the stack may be new as a whole */
async function applyRest(
  stack: StackToApply,
  { stack: name, approved }: Approved,
  recovery: StackRecovery | undefined,
): Promise<Applied> {
  const deploy = deployWords(name);
  const prepared = runEngine({ words: [...deploy, '--method', 'prepare-change-set', ...CHANGE_SET] });
  process.stdout.write(
    `${prepared.command}\n${logLines(withoutSecrets(`${prepared.stdout}\n${prepared.stderr}`).trim())}`,
  );
  if (prepared.code !== 0) return prepared.code;
  // All of a stack that is not there yet is what was approved.
  const isWhole = recovery !== undefined && (await recovery.isInReview(name));
  if (!isWhole && checkDifferences(stack, { stack: name, approved }) === 'deployed') {
    process.stdout.write(`${name} is deployed as it was approved\n`);
    return 0;
  }
  if (NO_CHANGES.test(`${prepared.stdout}${prepared.stderr}`)) return 0;
  return await execute(stack, name);
}

/** Deploys parts of what was approved. What failed in between is left to the next run, which goes on from what is deployed. */
async function applyParts(stack: StackToApply, parts: readonly PartOfStack[]): Promise<Applied> {
  if (parts.length > 0 && !(await prepare(stack))) return 'not-begun';
  for (const part of parts) {
    if ((await runVisibly(partCommand(part, ['--require-approval', 'never']))) !== 0) return 1;
  }
  return 0;
}

/** Does what must come before a change. @returns whether it is done */
async function prepare({ beforeChange }: StackToApply): Promise<boolean> {
  return beforeChange === undefined || (await beforeChange());
}

/** Executes the change set, once what must come before it is done. */
async function execute(stack: StackToApply, name: string): Promise<Applied> {
  if (!(await prepare(stack))) return 'not-begun';
  return await runVisibly({ words: [...deployWords(name), '--method', 'execute-change-set', ...CHANGE_SET] });
}

/** The CDK's word on a change set without a change, which can't be executed. */
const NO_CHANGES = /\(no changes\)/;

/** @throws Error if the planning job has no answer of the CDK */
function approvedOf({ step, folder, approved }: StackToApply, stack: string): Outcome {
  const shown = approved.find((outcome) => outcome.step === step);
  if (shown !== undefined && shown.state !== 'failed' && shown.state !== 'not-asked') return shown;
  throw new Error(`${stack}: nothing was approved: ${folder} has no answer of the CDK for it. ${START_AGAIN}`);
}

interface Approved {
  readonly stack: string;
  readonly approved: Outcome;
}

/** Asks the CDK once more for the differences, of nested stacks too, and compares them with those that were approved. */
function checkDifferences({ step, folder }: StackToApply, { stack, approved: shown }: Approved): 'same' | 'deployed' {
  const now = planCdk({ step, stack, folder, isDrift: false });
  if (now.state === 'failed') throw new Error(`${stack} can't be compared with what was approved:\n${now.text}`);
  const [was, is] = [differencesIn(shown.text), differencesIn(now.text)];
  if (now.state === shown.state && (was === is || isRest(now.text, shown.text))) return 'same';
  // A run that failed later goes on where it stopped.
  if (now.state === 'unchanged') return 'deployed';
  throw new Error(
    `${stack} would change otherwise than was approved: somebody changed the deployed stack since. Nothing of it was deployed. ${START_AGAIN}\nApproved:\n${was}\nNow:\n${is}`,
  );
}

const START_AGAIN = 'Start a new run of all jobs, and approve what it shows.';

/** Shows and runs a command, which no one answers. @returns its exit code */
function runVisibly(command: Command): Promise<number> {
  process.stdout.write(`${command.words.join(' ')}\n`);
  return runEngineHere(command, 'ignore');
}

/** Differences of a stack, as the CDK prints them, without what it says of its own run. */
export function differencesIn(text: string): string {
  return linesIn(text).join('\n');
}

/**
 * Tells whether each difference is one of those that were approved, of so many that they are deployed in several operations: the others
 * came with an earlier one. Such a stack has about as many lines as resources.
 */
export function isRest(now: string, shown: string): boolean {
  const approved = new Set(restLines(shown));
  return approved.size > MAX_RESOURCES_OF_OPERATION / 2 && restLines(now).every((line) => approved.has(line));
}

/** Lines of resources, in which only the number of stacks that differ is not a difference itself. */
function linesIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !NO_DIFFERENCE.test(line));
}

const NO_DIFFERENCE = /Synthesis time|^current credentials|^\d+ .*assum|Number of stacks with differences/i;

/**
 * Lines of what is left, each with the resource or the table that it is of, without what an earlier operation makes another: widths of tables, branches of trees, names of the templates
 * that are deployed, and which assignment another one waits for.
 */
function restLines(text: string): readonly string[] {
  let of = '';
  return linesIn(text.replaceAll(ONLY_WAITS, ''))
    .filter((line) => !RULE_OF_TABLE.test(line) && !DEPLOYED_TEMPLATE.test(line))
    .map((line) => {
      const words = line.replace(BRANCHES, '').replaceAll(/\s+/g, ' ');
      if (BRANCHES.test(line)) return `${of}: ${words}`;
      of = words;
      return words;
    });
}

/** An assignment that differs in its `DependsOn` and in nothing else. */
const ONLY_WAITS = /^\[~\] AWS::SSO::Assignment .*\n └─ \[[-+~]\] DependsOn\n(?: .*(?:\n|$))*/gm;
const RULE_OF_TABLE = /^[┌┬┐├┼┤└┴┘─]+$/;
const DEPLOYED_TEMPLATE = /^ *\[-\] +"\/cdk-[^"]+\.json"$/;
const BRANCHES = /^[ │├└─]+/;
