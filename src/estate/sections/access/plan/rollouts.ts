import { createHash } from 'node:crypto';
import type { Access, AccessPolicy, OwnPolicy } from '../../estate';
import { compareText } from '../../../source/finding';
import type { AccountId } from '../../../source/ids';
import type { Account, Organization } from '../../../source/organization';
import type { StackRole } from '../placement/placement';
import { AccountFinder } from './select';

/** A policy of the estate, and the accounts that it comes to. */
export interface PolicyRollout {
  readonly policy: OwnPolicy;
  /** Members of the organization, sorted by id. One that is suspended stays: a stack set skips it, and goes on later. */
  readonly members: readonly Account[];
  /**
   * Accounts that have the policy by its selectors, and that the estate excludes: it is brought to none of them. One that has it
   * may keep it where AWS refuses to change the account.
   */
  readonly excluded: readonly Account[];
  /** True if the management account has the policy too, which no service-managed stack set reaches. */
  readonly isInManagement: boolean;
}

/** The policies that the estate rolls out, sorted by name. */
export function rolloutsOf(
  { policies = [], excludedAccounts }: Access,
  organization: Organization,
): readonly PolicyRollout[] {
  const finder = new AccountFinder(organization);
  const excludedIds = new Set<string>(excludedAccounts.map(({ account }) => account));
  const own = policies.filter((policy): policy is OwnPolicy => policy.kind === 'own');
  return own
    .map((policy) => {
      const named = accountsOf(policy, { organization, finder });
      const accounts = named.filter(({ id }) => !excludedIds.has(id));
      return {
        policy,
        members: accounts.filter(({ id }) => id !== organization.managementAccountId),
        excluded: named.filter(({ id }) => excludedIds.has(id) && id !== organization.managementAccountId),
        isInManagement: accounts.some(({ id }) => id === organization.managementAccountId),
      };
    })
    .toSorted((a, b) => compareText(a.policy.name, b.policy.name));
}

/** Every account that a policy comes to, sorted by id. */
export function accountsWith(
  { members, isInManagement }: PolicyRollout,
  organization: Organization,
): readonly Account[] {
  const known = new Set<AccountId>(members.map(({ id }) => id));
  const isManagement = (id: AccountId): boolean => isInManagement && id === organization.managementAccountId;
  return organization.accounts.filter(({ id }) => known.has(id) || isManagement(id));
}

/**
 * Tells whether the estate has a stack of policies. An empty list keeps it, so that the last policies are taken away; a list
 * of policies that others keep needs none.
 */
export function rollsOut(access: Pick<Access, 'policies'> | undefined): boolean {
  const { policies } = access ?? {};
  return policies !== undefined && (policies.length === 0 || policies.some(({ kind }) => kind === 'own'));
}

/** Beginning of the names of an estate's stack sets of policies. */
export function stackSetPrefix(estateName: string): string {
  return `${estateName}-policy-`;
}

/** CloudFormation API, CreateStackSet: letters, digits and hyphens. An account's stack has the name in its own. */
const STACK_SET_NAME_LENGTH = 80;

/** The stack set of a policy: `sandbox-policy-WorkforceBoundary`. A name that it can't have whole is told apart by a hash. */
export function stackSetNameOf(estateName: string, policy: string): string {
  const plain = policy.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const name = `${stackSetPrefix(estateName)}${plain}`;
  if (plain === policy && name.length <= STACK_SET_NAME_LENGTH) return name;
  const hash = createHash('sha256').update(policy).digest('hex').slice(0, 8);
  return `${name.slice(0, STACK_SET_NAME_LENGTH - 9)}-${hash}`;
}

/** Policies that one account deploys. */
export interface PolicyStack {
  readonly role: StackRole;
  readonly account: AccountId;
  readonly inMembers: readonly PolicyRollout[];
  readonly inManagement: readonly PolicyRollout[];
}

/** The stacks of policies, next to those of the sets: a delegated administrator reaches every account but the management account. */
export function policyStacks(
  rollouts: readonly PolicyRollout[],
  stacks: readonly { readonly role: StackRole; readonly account: AccountId }[],
): readonly PolicyStack[] {
  const isAlone = stacks.length === 1;
  return stacks.map(({ role, account }) => ({
    role,
    account,
    inMembers: role === 'access' ? rollouts.filter(({ members }) => members.length > 0) : [],
    inManagement: role === 'management' || isAlone ? rollouts.filter(({ isInManagement }) => isInManagement) : [],
  }));
}

interface Where {
  readonly organization: Organization;
  readonly finder: AccountFinder;
}

/** Accounts that have a policy, sorted by id; of one that is kept elsewhere every account, unless the estate names some. */
export function accountsOf({ accounts }: AccessPolicy, { organization, finder }: Where): readonly Account[] {
  return organization.accounts.filter((account) => accounts === undefined || finder.includes(accounts, account));
}
