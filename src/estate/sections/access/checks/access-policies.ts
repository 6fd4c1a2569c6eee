import { accountsOf } from '../plan/rollouts';
import type { Expansion } from '../plan/expand';
import type { AccountFinder } from '../plan/select';
import { pathAndName } from '../sets/set-comparisons';
import type { Issue, Path } from '../../../source/finding';
import type { Account, Organization } from '../../../source/organization';
import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { Access, AccessPolicy, CustomerManagedPolicy, Estate, OwnPolicy, PermissionSet } from '../../estate';
import { duplicates, error, valuesOf, warning } from '../../shared/issue';
import { isReferredTo } from '../attached-policies';
import { MANAGED_KEYS } from '../policy-files';
import { checkPolicyDocument } from './inline-policy';
import { checkPolicyActions, type PlacedPolicy } from './policy-actions';
import { checkPolicyPartition } from './policy-partition';

/** Policies of the section by themselves: documents, and two of one name. */
export function checkAccessPolicies({ policies = [] }: Access, partition: string): readonly Issue[] {
  const own = policies.filter((policy) => policy.kind === 'own');
  return [
    ...own.flatMap((policy) => checkOwnPolicy(policy, partition)),
    ...duplicates('duplicate-policy-name', valuesOf(own, 'name'), {
      problem: 'is the name of two policies',
      allowed: 'each name once: an account has a name once, whatever the path',
    }),
  ];
}

function checkOwnPolicy(policy: OwnPolicy, partition: string): readonly Issue[] {
  const { at, document } = policy;
  return [...checkPolicyDocument(policy), ...checkDocument({ at, policy: document, keys: MANAGED_KEYS }, partition)];
}

/** Names of a document that AWS takes and that match nothing. */
export function checkDocument(placed: PlacedPolicy, partition: string): readonly Issue[] {
  return [...checkPolicyActions(placed), ...checkPolicyPartition(placed, partition)];
}

interface Context {
  readonly organization: Organization;
  readonly finder: AccountFinder;
  readonly expansion: Expansion;
}

/**
 * References of permission sets to customer-managed policies: each must be a policy of the section, in every account that
 * the set is assigned in. An estate without the list says nothing of its policies, and is warned.
 */
export function checkPolicyReferences(estate: Estate, access: Access, context: Context): readonly Issue[] {
  const { policies = [] } = access;
  const bySet = Map.groupBy(context.expansion.assignments, ({ permissionSet }) => permissionSet);
  const has = policies.map((policy) => ({ policy, accounts: new Set(accountsOf(policy, context)) }));
  return [
    ...sharedNames(has),
    ...access.permissionSets.flatMap((set) => {
      const accounts = new Set((bySet.get(set.name) ?? []).map(({ account }) => account));
      return placedReferences(set).flatMap((reference) => {
        const named = has.filter(({ policy }) => isReferredTo(policy, reference.policy));
        if (access.policies === undefined) return accounts.size === 0 ? [] : [unlistedPolicy(reference)];
        if (named.length === 0) return unknownPolicy(reference, estate, access.policies);
        return missingSomewhere(reference, named, accounts);
      });
    }),
  ];
}

interface PlacedReference {
  readonly at: Path;
  readonly policy: CustomerManagedPolicy;
}

interface PolicyPlaces {
  readonly policy: AccessPolicy;
  readonly accounts: ReadonlySet<Account>;
}

function placedReferences({
  at,
  customerManagedPolicies,
  permissionsBoundary,
}: PermissionSet): readonly PlacedReference[] {
  const attached = customerManagedPolicies.map((policy, index) => ({
    at: [...at, 'customerManagedPolicies', index],
    policy,
  }));
  if (permissionsBoundary?.kind !== 'customer-managed') return attached;
  const boundary = { at: [...at, 'permissionsBoundary', 'customerManagedPolicy'], policy: permissionsBoundary.policy };
  return [...attached, boundary];
}

/** Warning of an estate without the list: nothing says whether its policies are there. */
function unlistedPolicy({ at, policy }: PlacedReference): Issue {
  return warning('unknown-policy', at, {
    value: pathAndName(policy),
    problem: 'must be in every account of the set already: the estate does not roll it out',
    allowed: 'access.policies with its document, or with managedElsewhere and who keeps it',
  });
}

function unknownPolicy(
  { at, policy }: PlacedReference,
  { setAside }: Estate,
  policies: readonly AccessPolicy[],
): readonly Issue[] {
  if (setAside.policies.has(policy.name)) return [];
  const value = pathAndName(policy);
  const known = suggestionOrList(value, policies.map(pathAndName), 'policies');
  const allowed = `${known}; one that somebody else keeps needs managedElsewhere`;
  return [error('unknown-policy', at, { value, problem: 'is not a policy of access.policies', allowed })];
}

function missingSomewhere(
  { at, policy }: PlacedReference,
  named: readonly PolicyPlaces[],
  assigned: ReadonlySet<Account>,
): readonly Issue[] {
  const missing = [...assigned].filter((account) => !named.some(({ accounts }) => accounts.has(account)));
  if (missing.length === 0) return [];
  return [
    error('policy-not-in-account', at, {
      value: pathAndName(policy),
      problem: `does not come to ${accountsText(missing)}, where the set is assigned`,
      allowed:
        'accounts of the policy that cover those of the set; the management account is reached only by naming it',
      related: named.map(({ policy: { at: place } }) => place),
    }),
  ];
}

/** IAM takes a name once in an account, also under another path, and also if somebody else has it. */
function sharedNames(has: readonly PolicyPlaces[]): readonly Issue[] {
  return has.flatMap(({ policy, accounts }, index): readonly Issue[] => {
    const other = has.slice(0, index).find((one) => one.policy.name === policy.name && one.policy.kind !== policy.kind);
    const shared = [...accounts].filter((account) => other?.accounts.has(account));
    if (other === undefined || shared.length === 0) return [];
    return [
      error('duplicate-policy-name', [...policy.at, 'name'], {
        value: policy.name,
        problem: `is the name of two policies in ${accountsText(shared)}`,
        allowed: 'an account has a name once, whatever the path',
        related: [other.policy.at],
      }),
    ];
  });
}

function accountsText(accounts: readonly Account[]): string {
  return quotedList(accounts.map(({ name }) => name));
}
