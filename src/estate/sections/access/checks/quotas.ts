import type { FindingCode } from '../../../source/finding-codes';
import type { AccessStack } from '../plan/access-stacks';
import type { Access } from '../../estate';
import type { Expansion } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import { SETS_OF_ACCOUNT, SETS_OF_INSTANCE } from '../../limits';
import { error } from '../../shared/issue';

/** CloudFormation quotas: resources of a template. */
const MAX_RESOURCES_OF_STACK = 500;
/** CloudFormation quotas: parameters of a template, of which a shard has one a permission set. */
const MAX_PARAMETERS_OF_STACK = 200;

/** Quotas of the instance, of each account, and of the stacks. */
export function checkQuotas(access: Access, expansion: Expansion, stacks: readonly AccessStack[]): readonly Issue[] {
  return [...instanceQuota(access), ...accountQuota(expansion), ...stackCapacity(stacks), ...shardCapacity(stacks)];
}

function instanceQuota(access: Access): readonly Issue[] {
  const count = access.permissionSets.length;
  if (count <= SETS_OF_INSTANCE) return [];
  return [quotaIssue('instance-quota', `${count} permission sets`, `at most ${SETS_OF_INSTANCE} in an instance`)];
}

function accountQuota(expansion: Expansion): readonly Issue[] {
  const allowed = `at most ${SETS_OF_ACCOUNT} provisioned in an account`;
  return [...Map.groupBy(expansion.assignments, ({ account }) => account)]
    .map(([account, all]) => ({ account, size: new Set(all.map(({ permissionSet }) => permissionSet)).size }))
    .filter(({ size }) => size > SETS_OF_ACCOUNT)
    .map(({ account: { id, name }, size }) =>
      quotaIssue('account-quota', `${size} permission sets in account ${name} (${id})`, allowed),
    );
}

/** Permission sets and shards are resources of the same parent stack. */
function stackCapacity(stacks: readonly AccessStack[]): readonly Issue[] {
  return stacks.flatMap((stack) => {
    const { length: applications } = stack.applications;
    const others = applications + (stack.attributes.length > 0 ? 1 : 0);
    const resources = stack.permissionSets.length + stack.shards.length + others;
    if (resources <= MAX_RESOURCES_OF_STACK) return [];
    const assigned = applications === 0 ? '' : `, ${applications} assignments of applications`;
    const problem = `${stack.permissionSets.length} permission sets${assigned} and ${stack.shards.length} shards are ${resources} resources in the ${stack.role} stack`;
    return [quotaIssue('stack-capacity', problem, `at most ${MAX_RESOURCES_OF_STACK}; divide the estate`)];
  });
}

/** Checks the size of shards: a new placement always fits; a lock file that was edited or merged may put too much into a shard. */
function shardCapacity(stacks: readonly AccessStack[]): readonly Issue[] {
  return stacks.flatMap(({ role, shards }) =>
    shards.flatMap(({ number, assignments }): readonly Issue[] => {
      const sets = new Set(assignments.map(({ assignment }) => assignment.permissionSet)).size;
      if (assignments.length <= MAX_RESOURCES_OF_STACK && sets <= MAX_PARAMETERS_OF_STACK) return [];
      const problem = `${assignments.length} assignments of ${sets} permission sets in shard ${number}`;
      const allowed = `at most ${MAX_RESOURCES_OF_STACK} of ${MAX_PARAMETERS_OF_STACK}; npx --no entra-aws preview places again what the main branch does not have`;
      return [error('shard-capacity', ['stacks', role], { file: 'placement', problem, allowed })];
    }),
  );
}

function quotaIssue(code: FindingCode, problem: string, allowed: string): Issue {
  return error(code, ['access', 'permissionSets'], { problem, allowed });
}
