import { policyReferences } from '../sections/access/policy-document';
import { POLICIES_OF_A_ROLE } from '../sections/limits';
import { boundaryArnOf, customerPolicyArnsOf, policyArnsOf } from '../sections/emergency/emergency-policies';
import type { CustomerManagedPolicy, JsonObject, PermissionSet } from '../sections/estate';
import { managedPolicyArn } from '../sections/estate';
import { compareText } from '../source/finding';
import type { AccountId } from '../source/ids';
import type { EstatePlan } from './planner';
import { stackSetNameOf } from '../sections/access/plan/rollouts';
import { pathAndName } from '../sections/access/sets/policy-changes';

type AwsPlan = Pick<EstatePlan, 'estate' | 'access' | 'emergency'>;

/** A customer-managed policy that must be in an account before roles there can have it. */
export interface WantedPolicy {
  readonly account: AccountId;
  readonly policy: CustomerManagedPolicy;
  /** The stack set that brings it; absent where others keep it, or the account's own stack makes it. */
  readonly stackSet?: string;
  /** True if a deployment of the estate makes it. */
  readonly isMadeHere: boolean;
}

/** The customer-managed policies and boundaries of all accounts, each once, sorted by name and account. */
export function wantedPolicies(plan: AwsPlan): readonly WantedPolicy[] {
  const all = [...rolledOut(plan), ...referredTo(plan), ...ofEmergency(plan)];
  const byKey = new Map(all.toReversed().map((one) => [keyOf(one), one]));
  return [...byKey.values()].toSorted((a, b) => compareText(sortKeyOf(a), sortKeyOf(b)));
}

function keyOf({ account, policy }: WantedPolicy): string {
  return `${account} ${pathAndName(policy)}`;
}

function sortKeyOf({ account, policy }: WantedPolicy): string {
  return `${pathAndName(policy)} ${account}`;
}

/** Policies of the estate. Stack sets skip accounts that are not active. */
function rolledOut({ estate, access }: AwsPlan): readonly WantedPolicy[] {
  if (access === undefined) return [];
  return access.rollouts.flatMap(({ policy, members, isInManagement }): readonly WantedPolicy[] => [
    ...members
      .filter(({ state }) => state === 'ACTIVE')
      .map(({ id }) => ({
        account: id,
        policy,
        stackSet: stackSetNameOf(estate.name, policy.name),
        isMadeHere: true,
      })),
    ...(isInManagement ? [{ account: access.organization.managementAccountId, policy, isMadeHere: true }] : []),
  ]);
}

/** Policies that permission sets refer to, in the accounts in which they are assigned. */
function referredTo({ estate, access }: AwsPlan): readonly WantedPolicy[] {
  const sets = new Map((estate.access?.permissionSets ?? []).map((set) => [set.name, set]));
  return (access?.expansion.assignments ?? []).flatMap(({ account, permissionSet }) => {
    const set = sets.get(permissionSet);
    if (set === undefined) return [];
    return policyReferences(set).map((policy) => ({ account: account.id, policy, isMadeHere: false }));
  });
}

function ofEmergency({ emergency }: AwsPlan): readonly WantedPolicy[] {
  if (emergency === undefined) return [];
  return emergency.targets.flatMap(({ account, roles }) =>
    customerPolicyArnsOf(emergency, account.id, roles).map((arn) => ({
      account: account.id,
      policy: policyOfArn(arn),
      isMadeHere: false,
    })),
  );
}

/** `arn:aws:iam::111122223333:policy/team/Operator` by path and name. */
function policyOfArn(arn: string): CustomerManagedPolicy {
  const whole = arn.slice(arn.indexOf(':policy/') + ':policy'.length);
  const slash = whole.lastIndexOf('/');
  return { path: whole.slice(0, slash + 1), name: whole.slice(slash + 1) };
}

/** ARNs of the AWS managed policies that permission sets and emergency roles name, boundaries too, sorted. */
export function wantedManagedPolicies({ estate, access, emergency }: AwsPlan): readonly string[] {
  const partition = access?.organization.partition ?? emergency?.partition;
  if (partition === undefined) return [];
  const ofSets = (estate.access?.permissionSets ?? []).flatMap(({ managedPolicies, permissionsBoundary: boundary }) => [
    ...managedPolicies,
    ...(boundary?.kind === 'managed' ? [boundary.policy] : []),
  ]);
  const ofRoles = (emergency?.targets ?? []).flatMap(({ account, roles }) =>
    roles.flatMap((role) =>
      emergency === undefined
        ? []
        : [...policyArnsOf(emergency, account.id, role), ...[boundaryArnOf(emergency, account.id, role) ?? []].flat()],
    ),
  );
  const arns = [...ofSets.map((policy) => managedPolicyArn(policy, partition)), ...ofRoles];
  return [...new Set(arns.filter((arn) => arn.includes(':iam::aws:policy/')))].toSorted(compareText);
}

/** A policy document of the estate, and whose it is. */
export interface WantedDocument {
  /** `the inline policy of Developer` */
  readonly subject: string;
  readonly document: JsonObject;
}

/** Every inline policy of a permission set, and every customer-managed policy that the estate has the document of. */
export function wantedDocuments({ access }: EstatePlan['estate']): readonly WantedDocument[] {
  return [
    ...(access?.permissionSets ?? []).flatMap(({ name, inlinePolicy }) =>
      inlinePolicy === undefined ? [] : [{ subject: `the inline policy of ${name}`, document: inlinePolicy.document }],
    ),
    ...(access?.policies ?? []).flatMap((policy) =>
      policy.kind === 'own' ? [{ subject: `the policy ${policy.name}`, document: policy.document.document }] : [],
    ),
  ];
}

/** Managed policies of the roles that a permission set makes; the boundary is none of them. */
export function policyCountOf({ managedPolicies, customerManagedPolicies }: PermissionSet): number {
  return managedPolicies.length + customerManagedPolicies.length;
}

/** Accounts in which a role gets more managed policies than IAM allows by default, each with the most of a role. */
export function accountsAbovePolicyQuota({ estate, access }: AwsPlan): ReadonlyMap<AccountId, number> {
  const above = new Map(
    (estate.access?.permissionSets ?? [])
      .map((set) => [set.name, policyCountOf(set)] as const)
      .filter(([, count]) => count > POLICIES_OF_A_ROLE),
  );
  const found = new Map<AccountId, number>();
  for (const { account, permissionSet } of access?.expansion.assignments ?? []) {
    const count = above.get(permissionSet);
    if (count !== undefined) found.set(account.id, Math.max(count, found.get(account.id) ?? 0));
  }
  return found;
}

/** The most permission sets that the estate assigns in one account; none where it assigns nothing. */
export function fullestAccount({
  access,
}: AwsPlan): { readonly account: AccountId; readonly sets: number } | undefined {
  const byAccount = Map.groupBy(access?.expansion.assignments ?? [], ({ account }) => account.id);
  return [...byAccount]
    .map(([account, all]) => ({ account, sets: new Set(all.map(({ permissionSet }) => permissionSet)).size }))
    .toSorted((a, b) => b.sets - a.sets || compareText(a.account, b.account))[0];
}
