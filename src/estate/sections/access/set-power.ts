import type { PermissionSet } from '../estate';
import { statementsOf } from './policy-document';
import { isAdministrative, isPowerfulPolicy } from './policy-power';

/**
 * Tells whether a set allows everything, or may give itself everything. A permissions boundary may take some of it back; that
 * is not looked into, for its content is in the accounts. The content of customer-managed policies is not known either.
 */
export function isAdministrator(set: PermissionSet): boolean {
  if (set.managedPolicies.some(isPowerfulPolicy)) return true;
  return set.inlinePolicy !== undefined && isAdministrative(statementsOf(set.inlinePolicy.document));
}
