import type { Command, EstateLocation } from '../steps/command';
import { cdk } from '../steps/command';
import { countDifferences } from '../steps/engine-output';
import { runEngine } from '../steps/child-processes';

/** Stacks of policies, and a file with what is deployed of them, which a roll-out takes nothing away from. */
export interface RollOut {
  readonly location: EstateLocation;
  readonly stacks: readonly string[];
  readonly keptFile: string;
  /** Folder of the assembly, whose templates keep what is deployed. `cdk.out` has those of the estate, which others deploy. */
  readonly assembly: string;
}

/** Brings policies to accounts, and takes none away. */
export function rollOutCommand(rollOut: RollOut, options: readonly string[]): Command {
  return rollOutCdk('deploy', rollOut, options);
}

/** A part of an access stack, in a file, that one operation changes. */
export interface PartOfStack extends Pick<RollOut, 'location' | 'assembly'> {
  readonly stack: string;
  readonly partFile: string;
}

/** Changes a part of an access stack. */
export function partCommand({ location, stack, partFile, assembly }: PartOfStack, options: readonly string[]): Command {
  const part = ['-c', `part=${partFile}`, '--output', assembly];
  return withoutNpx(cdk('deploy', location, [...part, ...options, '--exclusively', stack]));
}

/** Tells whether there is something to bring to an account. @throws Error where the CDK does not say */
export function hasSomethingToRollOut(rollOut: RollOut): boolean {
  const run = runEngine(rollOutCdk('diff', rollOut, ['--method', 'template']));
  const count = countDifferences(run);
  if (run.code === 0 && count !== undefined) return count > 0;
  throw new Error(`${run.command}: ${run.stderr.trim() || run.stdout.trim()}`);
}

function rollOutCdk(
  verb: 'deploy' | 'diff',
  { location, stacks, keptFile, assembly }: RollOut,
  options: readonly string[],
): Command {
  const kept = ['-c', `keepPolicies=${keptFile}`, '--output', assembly];
  return withoutNpx(cdk(verb, location, [...kept, ...options, '--exclusively', ...stacks]));
}

/** The command as a script of npm runs it, which finds the programs of its packages by itself. */
function withoutNpx({ words }: Command): Command {
  return { words: ['cdk', ...words.slice(words.indexOf('cdk') + 1)] };
}
