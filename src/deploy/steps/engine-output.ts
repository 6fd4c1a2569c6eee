import type { CommandResult } from './command';

/** Stacks that `cdk diff` finds to differ, or undefined where it came to no end. */
export const countDifferences = (result: CommandResult): number | undefined =>
  numberAfter('Number of stacks with differences: ', result);

/**
 * Resources of a stack that `cdk drift` finds to be changed, or undefined where it did not look. It ends well, with none
 * found, also where the assembly lacks the stack and where CloudFormation had no results: it does not name the stack then.
 */
export function countDrifted(stack: string, result: CommandResult): number | undefined {
  const isNamed = textOf(result)
    .split('\n')
    .some((line) => line === `Stack ${stack}` || line.startsWith(`Stack ${stack} `));
  return isNamed ? numberAfter('Number of resources with drift: ', result) : undefined;
}

/**
 * Resources that `cdk drift` could not look at: CloudFormation does not support their type, or was not allowed to. It says
 * nothing of none.
 */
export const countUnchecked = (result: CommandResult): number =>
  numberAfter('Number of resources with drift: \\d+ \\(', result) ?? 0;

/** Words with which `npx --no entra-aws snapshot --check` goes on after the file's path where it fails the check. */
export const STALE_SNAPSHOT = 'is stale; run npx --no entra-aws snapshot to update it';

/** Tells whether `npx --no entra-aws snapshot --check` says that the file is not what AWS has. */
export function isSnapshotStale({ stdout }: CommandResult): boolean {
  return stdout.includes(` ${STALE_SNAPSHOT}`);
}

/** Failures that `npx --no entra-aws doctor` found, or undefined where it came to no end. */
export function countFailures({ stdout }: CommandResult): number | undefined {
  const found = /^(\d+) failures?, \d+ warnings?, /m.exec(stdout)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** In continuous integration the CDK tells most on stdout, elsewhere on stderr. */
const textOf = ({ stdout, stderr }: CommandResult): string => `${stdout}\n${stderr}`;

function numberAfter(pattern: string, result: CommandResult): number | undefined {
  const found = new RegExp(`${pattern}(\\d+)`).exec(textOf(result));
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
