import { spawnSync } from 'node:child_process';
import { type PipelineKind, STACKS, stackName } from '../../estate/plan/stacks';
import type { Command } from '../steps/command';
import { planCdk } from './cdk-step';
import type { Outcome } from './outcome';
import { planFile } from './pulumi-step';

export interface StackToApply {
  readonly estate: string;
  readonly step: PipelineKind;
  /** Folder that `cloud-plan` wrote to. */
  readonly folder: string;
  /** Answers of the engines that were shown to the approver. */
  readonly approved: readonly Outcome[];
}

/**
 * Deploys a stack by what was planned, and by nothing that came later.
 *
 * @returns exit code of the engine
 * @throws Error that says what moved, where a deployment would not do what was approved
 */
export function applyStack(stack: StackToApply): number {
  const name = stackName(stack.estate, stack.step);
  if (STACKS[stack.step].engine === 'pulumi') {
    // Pulumi itself refuses what is not in its plan.
    const plan = ['--plan', planFile(stack.folder, stack.step), '--skip-preview'];
    return runVisibly({ words: ['pulumi', 'up', '--stack', name, ...plan, '--yes', '--non-interactive'] });
  }
  if (checkDifferences(stack, name) === 'deployed') {
    process.stdout.write(`${name} is deployed as it was approved\n`);
    return 0;
  }
  return runVisibly({
    words: ['cdk', 'deploy', name, '--app', 'cdk.out', '--exclusively', '--require-approval', 'never'],
  });
}

/** Asks the CDK once more for the differences, of nested stacks too, and compares them with those that were approved. */
function checkDifferences({ step, folder, approved }: StackToApply, stack: string): 'same' | 'deployed' {
  const shown = approved.find((outcome) => outcome.step === step);
  if (shown === undefined || shown.state === 'failed' || shown.state === 'not-asked') {
    throw new Error(`${stack}: nothing was approved: ${folder} has no answer of the CDK for it. ${START_AGAIN}`);
  }
  const now = planCdk({ step, stack, folder, isDrift: false });
  if (now.state === 'failed') throw new Error(`${stack} can't be compared with what was approved:\n${now.text}`);
  if (now.state === shown.state && differencesIn(now) === differencesIn(shown)) return 'same';
  // A run that failed later goes on where it stopped.
  if (now.state === 'unchanged') return 'deployed';
  const was = differencesIn(shown);
  throw new Error(
    `${stack} would change otherwise than was approved: somebody changed the deployed stack since. Nothing of it was deployed. ${START_AGAIN}\nApproved:\n${was}\nNow:\n${differencesIn(now)}`,
  );
}

const START_AGAIN = 'Start a new run of all jobs, and approve what it shows.';

/** Differences without what the CDK says of its own run. */
function differencesIn({ text }: Outcome): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/Synthesis time|^current credentials|^\d+ .*assum/i.test(line))
    .join('\n');
}

/** Runs an engine's CLI, whose output goes where this process's goes. @returns its exit code @throws Error if it can't start */
function runVisibly({ words }: Command): number {
  const [program, ...args] = words;
  process.stdout.write(`${words.join(' ')}\n`);
  const { error, status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw new Error(`${words.join(' ')}: can't be run: ${error.message}`);
  return status ?? 1;
}
