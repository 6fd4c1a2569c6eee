import type { Command, EstateLocation } from '../steps/command';
import { cdk } from '../steps/command';
import { countDifferences } from '../steps/engine-output';
import { runEngine } from './run-engine';

/** Stacks of policies, and a file with what is deployed of them, which a roll-out takes nothing away from. */
export interface RollOut {
  readonly location: EstateLocation;
  readonly stacks: readonly string[];
  readonly keptFile: string;
}

/** Brings policies to accounts, and takes none away. */
export function rollOutCommand({ location, stacks, keptFile }: RollOut, options: readonly string[]): Command {
  return withoutNpx(
    cdk('deploy', location, ['-c', `keepPolicies=${keptFile}`, ...options, '--exclusively', ...stacks]),
  );
}

/** Tells whether there is something to bring to an account. @throws Error where the CDK does not say */
export function hasSomethingToRollOut({ location, stacks, keptFile }: RollOut): boolean {
  const options = ['-c', `keepPolicies=${keptFile}`, '--method', 'template', '--exclusively', ...stacks];
  const run = runEngine(withoutNpx(cdk('diff', location, options)));
  const count = countDifferences(run);
  if (run.code === 0 && count !== undefined) return count > 0;
  throw new Error(`${run.command}: ${run.stderr.trim() || run.stdout.trim()}`);
}

/** The command as a script of npm runs it, which finds the programs of its packages by itself. */
function withoutNpx({ words: [, program = 'cdk', ...args] }: Command): Command {
  return { words: [program, ...args] };
}
