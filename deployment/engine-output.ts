import type { CommandResult } from './command';

/** Stacks that `cdk diff` finds to differ, or undefined where it came to no end. */
export const countDifferences = (result: CommandResult): number | undefined =>
  numberAfter('Number of stacks with differences', result);

/** Resources that `cdk drift` finds to be changed, or undefined where it came to no end. */
export const countDrifted = (result: CommandResult): number | undefined =>
  numberAfter('Number of resources with drift', result);

/** Whether `npm run snapshot -- --check` says that the file is not what AWS has. */
export function isSnapshotStale({ stdout }: CommandResult): boolean {
  return stdout.includes(' is stale; write it anew with npm run snapshot');
}

/** In continuous integration the CDK tells most on stdout, elsewhere on stderr. */
function numberAfter(words: string, { stdout, stderr }: CommandResult): number | undefined {
  const found = new RegExp(`${words}: (\\d+)`).exec(`${stdout}\n${stderr}`);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}
