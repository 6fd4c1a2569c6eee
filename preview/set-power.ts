import type { PermissionSet } from '../model/estate';
import { onEveryResource, statementsOf } from '../model/policy-document';

/** AWS managed policies with which a session may do everything, or give itself everything. */
const ADMINISTRATOR_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess']);

/** Actions that come to the same when they are allowed on every resource. */
const ADMINISTRATOR_ACTIONS: ReadonlySet<string> = new Set(['*', '*:*', 'iam:*']);

/**
 * Whether a set allows everything, or may give itself everything. A permissions boundary may take some of it back; that
 * is not looked into, for its content is in the accounts. The content of customer-managed policies is not known either.
 */
export function isAdministrator(set: PermissionSet): boolean {
  if (set.managedPolicies.some((policy) => ADMINISTRATOR_POLICIES.has(policyName(policy)))) return true;
  if (set.inlinePolicy === undefined) return false;
  return statementsOf(set.inlinePolicy.document).some(
    (statement) =>
      statement.effect === 'Allow' &&
      onEveryResource(statement) &&
      statement.actions.some((action) => ADMINISTRATOR_ACTIONS.has(action.toLowerCase())),
  );
}

/** `AdministratorAccess` from an ARN or from a name with its path. */
export function policyName(policy: string): string {
  return policy.slice(policy.lastIndexOf('/') + 1);
}
