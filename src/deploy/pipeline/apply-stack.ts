import { type PipelineKind, STACKS } from '../../estate/plan/stacks/stacks';
import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';
import { withoutSecrets } from '../../text/secrets';
import { runnerIn } from '../forges/registry';
import { runEngine, runEngineHere } from '../steps/child-processes';
import { type Command, entraAws, shellLine } from '../steps/command';
import { checkImages, START_AGAIN } from './images';
import { planCdk, planFile } from './engine-steps';
import { logLines } from './log-lines';
import type { Outcome } from './outcome';
import { hasSomethingToRollOut, partCommand, type PartOfStack, type RollOut, rollOutCommand } from './roll-out';
import { ASSEMBLY } from './steps';

export interface StackToApply {
  readonly estate: string;
  /** Name by which the engine knows it. */
  readonly name: string;
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
  /** Does what must be done once the stack of the CDK is as approved, and tells whether it is done. @default nothing */
  readonly afterChange?: () => Promise<boolean>;
  /** Reads what must be deployed of the stack before the change set, since one operation has no room for it. @default nothing */
  readonly parts?: () => Promise<readonly PartOfStack[]>;
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
  if (STACKS[stack.step].engine === 'pulumi') {
    // Pulumi itself refuses what is not in its plan.
    const plan = ['--plan', planFile(stack.folder, stack.step), '--skip-preview'];
    // What was deployed last is known by the message, where Pulumi alone keeps a record of it.
    const url = runnerIn(process.env)?.runUrl(process.env);
    const message = url === undefined ? [] : ['--message', url];
    const words = ['pulumi', 'up', '--stack', stack.name, ...plan, ...message, '--yes', '--non-interactive'] as const;
    const code = await runVisibly({ words });
    if (code !== 0) process.stdout.write(`${RECOVER}${shellLine(entraAws(`deploy repair ${stack.step}`, stack))}\n`);
    return code;
  }
  return new CdkDeployment(stack, recovery).apply();
}

/** No one in a pipeline can say that no other run is at work. */
const RECOVER =
  'Where it was interrupted, or something already exists, another run makes it worse. Recover it at a terminal, then start a new run of all jobs: ';

const UNASKED = ['--require-approval', 'never'] as const;

/** The same name at each deployment: the CDK deletes one that was prepared before. */
const CHANGE_SET = ['--change-set-name', 'entra-aws-approved'] as const;

/** The CDK's word on a change set without a change, which can't be executed. */
const NO_CHANGES = /\(no changes\)/;

/** Exit code of the engine, or that what must come before the change was not done. */
type Applied = number | 'not-begun';

class CdkDeployment {
  private readonly name: string;
  private readonly approved: Outcome;

  /** @throws Error if the planning job has no answer of the CDK */
  constructor(
    private readonly stack: StackToApply,
    private readonly recovery: StackRecovery,
  ) {
    const { name, step, folder, approved } = stack;
    this.name = name;
    const shown = approved.find((outcome) => outcome.step === step);
    if (shown === undefined || shown.state === 'failed' || shown.state === 'not-asked')
      throw new Error(
        `${this.name}: nothing was approved: ${folder} has no answer from the CDK for it. ${START_AGAIN}`,
      );
    this.approved = shown;
  }

  /** Deploys a stack with what must be done before and after it. Where it fails, the stack is recovered. */
  async apply(): Promise<number> {
    const { stack, name, recovery } = this;
    const applied = await (stack.policies === undefined ? this.applyStack() : this.applyPolicies(stack.policies));
    if (applied === 'not-begun') {
      process.stdout.write(`${name} was not changed: fix what stands above, and run the job again\n`);
      return 1;
    }
    if (applied !== 0) {
      await recovery.recover(name);
      return applied;
    }
    return (await stack.afterChange?.()) === false ? 1 : 0;
  }

  /**
   * Deploys one part of a stack of policies. What is brought to accounts is part of what was approved; what is taken away later
   * is the rest of it. A run that failed in between goes on where it stopped.
   */
  private async applyPolicies({ part, rollOut }: PolicyPart): Promise<number> {
    const { name } = this;
    const isRolledOut = !hasSomethingToRollOut(rollOut);
    if (part === 'removal') {
      if (!isRolledOut) throw new Error(`${name} was changed after its policies were rolled out. ${START_AGAIN}`);
      return await this.deploy();
    }
    if (isRolledOut || this.checkDifferences() === 'deployed') {
      process.stdout.write(`${name} has no policy to bring to an account\n`);
      return 0;
    }
    return await runVisibly(rollOutCommand(rollOut, UNASKED));
  }

  /**
   * Compares the images with those that were approved, then prepares a change set, then compares, then executes it: CloudFormation
   * refuses a change set of a stack that was changed after it was made, and an earlier change shows in the differences.
   */
  private async applyStack(): Promise<Applied> {
    const { stack, name, recovery } = this;
    for (const line of await checkImages(name, { assembly: ASSEMBLY, folder: stack.folder })) {
      process.stdout.write(logLines(line));
    }
    const isMadeAgain = this.approved.isMadeAgain === true;
    if (isMadeAgain) await recovery.recover(name);
    const parts = (await stack.parts?.()) ?? [];
    if (parts.length > 0 && !isMadeAgain) this.checkDifferences();
    const applied = await this.applyParts(parts);
    return applied === 0 ? await this.applyRest(isMadeAgain && parts.length === 0) : applied;
  }

  /** Deploys parts of what was approved. What failed in between is left to the next run, which goes on from what is deployed. */
  private async applyParts(parts: readonly PartOfStack[]): Promise<Applied> {
    if (parts.length > 0 && !(await this.prepare())) return 'not-begun';
    for (const part of parts) {
      if ((await runVisibly(partCommand(part, UNASKED))) !== 0) return 1;
    }
    return 0;
  }

  /** @param mayBeNew true where the stack may be new as a whole */
  private async applyRest(mayBeNew: boolean): Promise<Applied> {
    const { name, recovery } = this;
    const prepared = runEngine({ words: this.deployWords('--method', 'prepare-change-set', ...CHANGE_SET) });
    process.stdout.write(
      `${prepared.command}\n${logLines(withoutSecrets(`${prepared.stdout}\n${prepared.stderr}`).trim())}`,
    );
    if (prepared.code !== 0) return prepared.code;
    // All of a stack that is not there yet is what was approved.
    const isWhole = mayBeNew && (await recovery.isInReview(name));
    if (!isWhole && this.checkDifferences() === 'deployed') {
      process.stdout.write(`${name} is deployed as it was approved\n`);
      return 0;
    }
    if (NO_CHANGES.test(`${prepared.stdout}${prepared.stderr}`)) return 0;
    return (await this.prepare()) ? await this.deploy('--method', 'execute-change-set', ...CHANGE_SET) : 'not-begun';
  }

  /** Does what must come before a change. @returns whether it is done */
  private async prepare(): Promise<boolean> {
    return (await this.stack.beforeChange?.()) !== false;
  }

  private deploy(...options: readonly string[]): Promise<number> {
    return runVisibly({ words: this.deployWords(...options) });
  }

  private deployWords(...options: readonly string[]): Command['words'] {
    return ['cdk', 'deploy', this.name, '--app', ASSEMBLY, '--exclusively', ...UNASKED, ...options];
  }

  /** Asks the CDK once more for the differences, of nested stacks too, and compares them with those that were approved. */
  private checkDifferences(): 'same' | 'deployed' {
    const { stack, name, approved: shown } = this;
    const now = planCdk({ step: stack.step, stack: name, folder: stack.folder, isDrift: false });
    if (now.state === 'failed') throw new Error(`${name} can't be compared with what was approved:\n${now.text}`);
    const [was, is] = [differencesIn(shown.text), differencesIn(now.text)];
    if (now.state === shown.state && (was === is || isRest(now.text, shown.text))) return 'same';
    // A run that failed later goes on where it stopped.
    if (now.state === 'unchanged') return 'deployed';
    throw new Error(
      `${name} would not change as it was approved: somebody changed the deployed stack since. Nothing of it was deployed. ${START_AGAIN}\nApproved:\n${was}\nNow:\n${is}`,
    );
  }
}

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
