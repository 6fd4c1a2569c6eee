import type { AccessStack } from '../../estate/plan/access-stacks';
import { stackNameOf } from '../../estate/plan/access-stacks';
import type { Issue } from '../../estate/source/finding';
import type { ComparedSide } from '../compared-side';
import type { Replacement } from '../report-types';
import { count } from '../blocks/text';

/** Stacks that the base deploys and head does not: nothing deletes them, and their access stays. */
export function stacksAbandoned(base: ComparedSide, head: ComparedSide): readonly Replacement[] {
  const kept = new Set((head.access?.stacks ?? []).map((stack) => identityOf(head, stack)));
  return (base.access?.stacks ?? [])
    .filter((stack) => !kept.has(identityOf(base, stack)))
    .map((stack) => {
      const name = stackNameOf(base.estate.name, stack.role);
      const assignments = assignmentsOf(stack);
      return {
        kind: 'stack-abandoned',
        subject: `${name} in account ${stack.account} (${stack.region})`,
        detail: `The estate no longer deploys it, but it stays in the account with its ${count(assignments, 'assignment')}: ${remedyOf(name, stack)}.`,
        assignments,
      };
    });
}

/** Identity of a deployed stack: its name, account and region. */
function identityOf({ estate }: ComparedSide, { role, account, region }: AccessStack): string {
  return JSON.stringify([stackNameOf(estate.name, role), account, region]);
}

export function assignmentsOf({ shards }: AccessStack): number {
  return shards.reduce((sum, { assignments }) => sum + assignments.length, 0);
}

function remedyOf(name: string, { region }: AccessStack): string {
  return `deploy the removal of its grants first, or \`aws cloudformation delete-stack --stack-name ${name} --region ${region}\` after lifting termination protection`;
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
