import { MAX_RESOURCES_OF_OPERATION } from '../../estate/sections/limits';

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
