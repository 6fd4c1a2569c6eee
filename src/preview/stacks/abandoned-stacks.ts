import type { AccessStack } from '../../estate/sections/access/plan/access-plan';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks/stacks';
import { type EmergencyPlan, emergencyStacks } from '../../estate/sections/emergency/emergency-plan';
import type { Estate } from '../../estate/sections/estate';
import type { Issue } from '../../estate/source/finding';
import type { ComparedSide } from '../compared-side';
import type { Replacement } from '../replacement';
import { count } from '../blocks/text';

/** Stacks that the base deploys and head does not: nothing deletes them, and their access stays. */
export function stacksAbandoned(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const stacksOf = ({ access, estate }: ComparedSide) =>
    (access?.stacks ?? []).map((stack) => ({ ...stack, name: stackNameOf(estate.name, stack.role) }));
  return leftBehind(stacksOf(base), stacksOf(head)).map((stack) => {
    const assignments = assignmentsOf(stack);
    const what = ` with its ${count(assignments, 'assignment')}: deploy the removal of its grants first, or ${deletion(stack)} after lifting termination protection`;
    return { ...abandoned('stack-abandoned', stack, what), assignments };
  });
}

/** Stacks of the hosting that the base deploys and head does not, or does elsewhere. */
export function hostingAbandoned(base: Estate, head: Estate): readonly Replacement[] {
  const stacksOf = ({ name, hosting }: Estate): readonly Home[] =>
    hosting === undefined ? [] : HOSTING_KINDS.map((role) => ({ ...hosting, name: stackName(name, role) }));
  return leftBehind(stacksOf(base), stacksOf(head))
    .toReversed()
    .map((stack) => {
      const what = `, with what it holds and costs: ${deletion(stack)}, in production after lifting termination protection`;
      return abandoned('hosting-abandoned', stack, what);
    });
}

/** Stacks of the emergency access that the base deploys and head does not: nothing deletes what they allow. */
export function emergencyAbandoned(
  base: EmergencyPlan | undefined,
  head: EmergencyPlan | undefined,
): readonly Replacement[] {
  return leftBehind(base ? emergencyStacks(base) : [], head ? emergencyStacks(head) : [])
    .toReversed()
    .map((stack) => {
      const what = `, with its roles and alarms: ${deletion(stack)} after lifting termination protection`;
      return abandoned('emergency-abandoned', stack, what);
    });
}

/** Stacks that are not there any more by their name, account and region, which tell deployed stacks apart. */
function leftBehind<Stack extends Home>(before: readonly Stack[], after: readonly Home[]): readonly Stack[] {
  const keyOf = ({ name, account, region }: Home): string => [name, account, region].join();
  const kept = new Set(after.map(keyOf));
  return before.filter((stack) => !kept.has(keyOf(stack)));
}

/** Place and name of a deployed stack. */
interface Home {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

function abandoned(kind: Replacement['kind'], { name, account, region }: Home, what: string): Replacement {
  return {
    kind,
    subject: `${name} in account ${account} (${region})`,
    detail: `The estate no longer deploys it, but it stays in the account${what}.`,
    assignments: 0,
  };
}

function deletion({ name, region }: Home): string {
  return `\`aws cloudformation delete-stack --stack-name ${name} --region ${region}\``;
}

export function assignmentsOf({ shards }: AccessStack): number {
  return shards.reduce((sum, { assignments }) => sum + assignments.length, 0);
}

const ABANDONED: readonly Replacement['kind'][] = ['stack-abandoned', 'hosting-abandoned', 'emergency-abandoned'];

/** A warning for every stack that stays, and an error where access would stay with it. */
export function abandonedIssues(replacements: readonly Replacement[], hasAccess: boolean): readonly Issue[] {
  return replacements
    .filter(({ kind, assignments }) => ABANDONED.includes(kind) && (kind !== 'stack-abandoned' || assignments > 0))
    .map(({ kind, subject, detail }) => ({
      severity: kind === 'stack-abandoned' ? 'error' : 'warning',
      code: 'stack-abandoned',
      at: kind === 'stack-abandoned' && hasAccess ? ['access'] : [],
      problem: `leaves the stack ${subject} behind. ${detail}`,
    }));
}
