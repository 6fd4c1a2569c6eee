import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { Account, Organization } from '../../../source/organization';
import { type Access, type AccessPolicy, type Estate, managedPolicyArn, type PermissionSet } from '../../estate';
import { POLICIES_OF_A_KIND, POLICIES_OF_A_ROLE } from '../../limits';
import { duplicates, error, type Issues, placed, warning } from '../../shared/issue';
import { isReferredTo } from '../policy-document';
import { isManagedPolicy, MANAGED_POLICIES_AS_OF, suggestManagedPolicy } from '../policy-power';
import type { Expansion } from '../plan/expand';
import { grantedName, writtenSets } from '../plan/management-copies';
import { accountsOf } from '../plan/rollouts';
import type { AccountFinder } from '../plan/select';
import { pathAndName } from '../sets/policy-changes';

const MANAGED_NAME = /^[\w+=,.@/-]{1,512}$/;
const MANAGED_ARN = /^arn:(aws[\w-]*):iam::aws:policy\/[\w+=,.@/-]{1,512}$/;
const CUSTOMER_ARN = /^arn:aws[\w-]*:iam::\d{12}:policy\//;

/** Holder of policies: a permission set, or a role. */
type PolicyHolder = Pick<
  PermissionSet,
  'at' | 'name' | 'managedPolicies' | 'customerManagedPolicies' | 'permissionsBoundary'
>;

/** Managed and customer-managed policies and the permissions boundary of a set. */
export function* checkPolicies(holder: PolicyHolder, partition: string): Issues {
  const { at, name, managedPolicies, customerManagedPolicies, permissionsBoundary: boundary } = holder;
  const managed = placed(managedPolicies, [...at, 'managedPolicies']);
  for (const { at: place, text } of managed) yield* checkManaged(text, partition, place);
  if (boundary?.kind === 'managed')
    yield* checkManaged(boundary.policy, partition, [...at, 'permissionsBoundary', 'managedPolicy']);
  const texts = [
    ...managed.map((one) => ({ ...one, text: managedPolicyArn(one.text, partition) })),
    ...placed(customerManagedPolicies.map(pathAndName), [...at, 'customerManagedPolicies']),
  ];
  yield* duplicates('duplicate-policy', texts, { problem: 'is attached twice', allowed: 'each policy once' });
  // A list that is too long is an error of its own.
  const isTooLong = [managedPolicies, customerManagedPolicies].some(({ length }) => length > POLICIES_OF_A_KIND);
  if (texts.length > POLICIES_OF_A_ROLE && !isTooLong)
    yield warning('role-policy-quota', at, {
      value: name,
      problem: `attaches ${texts.length} policies to its role, more than IAM's default quota`,
      allowed: `${POLICIES_OF_A_ROLE}; raise 'Managed policies attached to an IAM role' in every account`,
    });
}

function* checkManaged(policy: string, partition: string, at: Path): Issues {
  const fault = managedFault(policy, partition);
  if (fault !== undefined) yield error('managed-policy', at, { value: policy, problem: fault[0], allowed: fault[1] });
  else if (!isManagedPolicy(policy.replace(/^arn:.*?:policy\//, ''))) yield unknownManaged(policy, at);
}

type Fault = readonly [problem: string, allowed: string];

function managedFault(policy: string, partition: string): Fault | undefined {
  const arn = `arn:${partition}:iam::aws:policy/…`;
  if (CUSTOMER_ARN.test(policy))
    return [
      'is a customer-managed policy',
      'name and path under customerManagedPolicies; it must exist in every account',
    ];
  if (/(^|:policy\/)aws-service-role\//.test(policy))
    return ['is for service-linked roles only', 'a policy that IAM attaches to other roles too'];
  if (!policy.startsWith('arn:')) {
    const allowed = 'a name such as job-function/ViewOnlyAccess, or an ARN';
    return MANAGED_NAME.test(policy) ? undefined : ['is not a valid policy name', allowed];
  }
  const parts = MANAGED_ARN.exec(policy);
  if (parts === null) return ['is not the ARN of an AWS managed policy', arn];
  return parts[1] === partition ? undefined : ['belongs to another partition', arn];
}

/** A name must be one that this release knows. A policy that AWS added later is written as its ARN, which only warns. */
function unknownManaged(policy: string, at: Path) {
  if (policy.startsWith('arn:'))
    return warning('unknown-managed-policy', at, {
      value: policy,
      problem: `is not among the AWS managed policies of ${MANAGED_POLICIES_AS_OF}`,
      allowed: 'a policy that exists; `aws iam get-policy --policy-arn ARN` shows it',
    });
  const near = suggestManagedPolicy(policy);
  const newer = `f AWS added it after ${MANAGED_POLICIES_AS_OF}, write its ARN`;
  return error('unknown-managed-policy', at, {
    value: policy,
    problem: 'is not the path and name of an AWS managed policy',
    allowed: near === undefined ? `i${newer}` : `did you mean '${near}'? I${newer}`,
  });
}

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
  readonly expansion: Expansion;
}

interface PolicyPlaces {
  readonly policy: AccessPolicy;
  readonly accounts: ReadonlySet<Account>;
  /** True if each of its selectors leads somewhere. */
  readonly isWhole: boolean;
}

/**
 * References of permission sets to customer-managed policies: each must be a policy of the section, in every account that
 * the set is assigned in. An estate without the list says nothing of its policies, and is warned.
 */
export function* checkPolicyReferences({ setAside }: Estate, access: Access, context: Context): Issues {
  const { policies } = access;
  const bySet = Map.groupBy(context.expansion.assignments, grantedName);
  const has = (policies ?? []).map((policy) => ({
    policy,
    accounts: new Set(accountsOf(policy, context)),
    isWhole: (policy.accounts?.include ?? []).every((one) => context.finder.select(one).kind === 'accounts'),
  }));
  yield* sharedNames(has);
  for (const set of writtenSets(access)) {
    const accounts = new Set((bySet.get(set.name) ?? []).map(({ account }) => account));
    for (const { at, policy } of placedReferences(set)) {
      const named = has.filter((one) => isReferredTo(one.policy, policy));
      const isSetAside = setAside.policies.has(policy.name);
      const value = pathAndName(policy);
      if (policies === undefined && accounts.size > 0) yield unlistedPolicy(value, at);
      else if (named.length > 0) yield* checkAccounts(value, at, { accounts, named });
      else if (policies !== undefined && !isSetAside) yield unknownPolicy(value, at, policies);
    }
  }
}

function placedReferences({ at, customerManagedPolicies, permissionsBoundary: boundary }: PermissionSet) {
  const attached = customerManagedPolicies.map((policy, index) => {
    return { at: [...at, 'customerManagedPolicies', index], policy };
  });
  if (boundary?.kind !== 'customer-managed') return attached;
  return [...attached, { at: [...at, 'permissionsBoundary', 'customerManagedPolicy'], policy: boundary.policy }];
}

/** Warning of an estate without the list: nothing says whether its policies are there. */
function unlistedPolicy(value: string, at: Path) {
  return warning('unknown-policy', at, {
    value,
    problem: 'must be in every account of the set already: the estate does not roll it out',
    allowed: 'access.policies with its document, or with managedElsewhere and who keeps it',
  });
}

function unknownPolicy(value: string, at: Path, policies: readonly AccessPolicy[]) {
  const known = suggestionOrList(value, policies.map(pathAndName), 'policies');
  const allowed = `${known}; one that somebody else keeps needs managedElsewhere`;
  return error('unknown-policy', at, { value, problem: 'is not a policy of access.policies', allowed });
}

interface Assigned {
  readonly accounts: ReadonlySet<Account>;
  readonly named: readonly PolicyPlaces[];
}

function* checkAccounts(value: string, at: Path, { accounts, named }: Assigned): Issues {
  // Where a selector of a policy leads nowhere, that is told, and nothing is known of the accounts.
  if (named.some(({ isWhole }) => !isWhole)) return;
  const missing = [...accounts].filter((account) => !named.some((one) => one.accounts.has(account)));
  if (missing.length > 0)
    yield error('policy-not-in-account', at, {
      value,
      problem: `does not come to ${accountsText(missing)}, where the set is assigned`,
      allowed:
        'accounts of the policy that cover those of the set; the management account is reached only by naming it',
      related: named.map(({ policy }) => policy.at),
    });
}

/** IAM takes a name once in an account, also under another path, and also if somebody else has it. */
function* sharedNames(has: readonly PolicyPlaces[]): Issues {
  for (const [index, { policy, accounts }] of has.entries()) {
    const other = has.slice(0, index).find((one) => one.policy.name === policy.name && one.policy.kind !== policy.kind);
    const shared = [...accounts].filter((account) => other?.accounts.has(account));
    if (other !== undefined && shared.length > 0)
      yield error('duplicate-policy-name', [...policy.at, 'name'], {
        value: policy.name,
        problem: `is the name of two policies in ${accountsText(shared)}`,
        allowed: 'an account has a name once, whatever the path',
        related: [other.policy.at],
      });
  }
}

function accountsText(accounts: readonly Account[]): string {
  return quotedList(accounts.map(({ name }) => name));
}
