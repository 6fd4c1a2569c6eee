import type { AccessStack } from '../access-stacks';
import type { Access } from '../estate';
import type { Expansion } from '../expand';
import type { Issue } from '../finding';
import type { Account } from '../organization';

/** IAM Identity Center quotas: permission sets of an instance. */
export const MAX_SETS_OF_INSTANCE = 3_500;
/** IAM Identity Center quotas: permission sets provisioned in an account. */
export const MAX_SETS_OF_ACCOUNT = 500;
/** CloudFormation quotas: resources of a template. */
export const MAX_RESOURCES_OF_STACK = 500;

/** Quotas of the instance, of each account, and of the stacks. */
export function checkQuotas(access: Access, expansion: Expansion, stacks: readonly AccessStack[]): readonly Issue[] {
  return [...instanceQuota(access), ...accountQuota(expansion), ...stackCapacity(stacks)];
}

function instanceQuota(access: Access): readonly Issue[] {
  const count = access.permissionSets.length;
  if (count <= MAX_SETS_OF_INSTANCE) return [];
  return [quotaIssue('instance-quota', `${count} permission sets`, `at most ${MAX_SETS_OF_INSTANCE} in an instance`)];
}

function accountQuota(expansion: Expansion): readonly Issue[] {
  const sets = new Map<Account, Set<string>>();
  for (const { account, permissionSet } of expansion.assignments) {
    const known = sets.get(account);
    if (known === undefined) sets.set(account, new Set([permissionSet]));
    else known.add(permissionSet);
  }
  return [...sets]
    .filter(([, names]) => names.size > MAX_SETS_OF_ACCOUNT)
    .map(([account, names]) =>
      quotaIssue(
        'account-quota',
        `${names.size} permission sets in account ${account.name} (${account.id})`,
        `at most ${MAX_SETS_OF_ACCOUNT} provisioned in an account`,
      ),
    );
}

/** Permission sets and shards are resources of the same parent stack. */
function stackCapacity(stacks: readonly AccessStack[]): readonly Issue[] {
  return stacks.flatMap((stack) => {
    const resources = stack.permissionSets.length + stack.shards.length + (stack.attributes.length > 0 ? 1 : 0);
    if (resources <= MAX_RESOURCES_OF_STACK) return [];
    const problem = `${stack.permissionSets.length} permission sets and ${stack.shards.length} shards are ${resources} resources in the ${stack.role} stack`;
    return [quotaIssue('stack-capacity', problem, `at most ${MAX_RESOURCES_OF_STACK}; divide the estate`)];
  });
}

function quotaIssue(code: string, problem: string, allowed: string): Issue {
  return { severity: 'error', code, at: ['access', 'permissionSets'], problem, allowed };
}
