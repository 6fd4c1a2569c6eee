import type { AccessPolicy, CustomerManagedPolicy, OwnPolicy, PermissionSet } from '../estate';
import type { Statement } from './policy-document';
import { statementsOf } from './policy-document';

type Policies = readonly AccessPolicy[] | undefined;

/** The policy of the estate that a reference names; undefined where somebody else keeps it, or no one does. */
export function ownPolicy(policies: Policies, reference: CustomerManagedPolicy): OwnPolicy | undefined {
  return policies?.find((policy): policy is OwnPolicy => policy.kind === 'own' && isReferredTo(policy, reference));
}

/** Statements of the policies of the estate, by path and name. */
export function knownPolicies(policies: Policies): ReadonlyMap<string, readonly Statement[]> {
  const own = (policies ?? []).filter((policy) => policy.kind === 'own');
  return new Map(own.map(({ path, name, document }) => [`${path}${name}`, statementsOf(document.document)]));
}

/** Tells whether a reference means a policy: IAM knows it by path and name. */
export function isReferredTo(policy: CustomerManagedPolicy, { name, path }: CustomerManagedPolicy): boolean {
  return policy.name === name && policy.path === path;
}

/** Policies of the estate that a set attaches. Its boundary is not among them: that allows nothing by itself. */
export function attachedPolicies(
  { customerManagedPolicies }: Pick<PermissionSet, 'customerManagedPolicies'>,
  policies: Policies,
): readonly OwnPolicy[] {
  return customerManagedPolicies.flatMap((reference) => ownPolicy(policies, reference) ?? []);
}

/** Statements of the policies of the estate that a set attaches. */
export function attachedStatements(
  set: Pick<PermissionSet, 'customerManagedPolicies'>,
  policies: Policies,
): readonly Statement[] {
  return attachedPolicies(set, policies).flatMap(({ document }) => statementsOf(document.document));
}

/** References to customer-managed policies that a set holds: attached ones, and its boundary. */
export function policyReferences({
  customerManagedPolicies,
  permissionsBoundary: boundary,
}: Pick<PermissionSet, 'customerManagedPolicies' | 'permissionsBoundary'>): readonly CustomerManagedPolicy[] {
  return [...customerManagedPolicies, ...(boundary?.kind === 'customer-managed' ? [boundary.policy] : [])];
}
