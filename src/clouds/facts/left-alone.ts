import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { AccountId } from '../../estate/source/ids';
import type { AccountState } from '../../estate/source/organization';

/** States of an account in which it can't be used. */
const UNUSABLE: ReadonlySet<AccountState> = new Set(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);

/**
 * Reason why access in an account holds up nothing, as the end of a sentence: AWS may refuse to read or change it there, and no
 * one can use it. Undefined for any other account, also for one that the estate excludes: people can use what they have there.
 */
export function whyLeftAlone(
  { organization }: Pick<AccessPlan, 'organization'>,
  account: AccountId,
): string | undefined {
  const state = organization.accountById.get(account)?.state;
  return state !== undefined && UNUSABLE.has(state) ? `the account is ${state}` : undefined;
}

/** Tells whether the estate excludes an account that people can use. */
export function isExcludedInUse(access: Pick<AccessPlan, 'organization' | 'expansion'>, account: AccountId): boolean {
  return (
    whyLeftAlone(access, account) === undefined && access.expansion.exclusions.some((one) => one.account.id === account)
  );
}
