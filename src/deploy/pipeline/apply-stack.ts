import { spawnSync } from 'node:child_process';
import { type PipelineKind, STACKS, stackName } from '../../estate/plan/stacks';
import type { Command } from '../steps/command';
import { planFile } from './pulumi-step';

export interface StackToApply {
  readonly estate: string;
  readonly step: PipelineKind;
  /** Folder that `cloud-plan` wrote to. */
  readonly folder: string;
}

/** The command line that deploys a stack by what was planned, and by nothing that came later. */
export function applyCommand({ estate, step, folder }: StackToApply): Command {
  const stack = stackName(estate, step);
  if (STACKS[step].engine === 'pulumi') {
    const plan = ['--plan', planFile(folder, step), '--skip-preview'];
    return { words: ['pulumi', 'up', '--stack', stack, ...plan, '--yes', '--non-interactive'] };
  }
  return { words: ['cdk', 'deploy', stack, '--app', 'cdk.out', '--exclusively', '--require-approval', 'never'] };
}

/** Runs an engine's CLI, whose output goes where this process's goes. @returns its exit code @throws Error if it can't start */
export function runVisibly({ words }: Command): number {
  const [program, ...args] = words;
  const { error, status } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw new Error(`${words.join(' ')}: can't be run: ${error.message}`);
  return status ?? 1;
}
