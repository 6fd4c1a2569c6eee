import type { AccessPlan } from '../../estate/plan/estate-plan';
import type { AccountId } from '../../estate/source/ids';
import type { AccountState } from '../../estate/source/organization-file';

/** States of an account in which it can't be used. */
const UNUSABLE: ReadonlySet<AccountState> = new Set(['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']);

/**
 * Reason why access in an account holds up nothing, as the end of a sentence: AWS may refuse to read or change it there. The
 * account can't be used, or the estate excludes it. Undefined for any other account.
 */
export function whyLeftAlone(
  { organization, expansion }: Pick<AccessPlan, 'organization' | 'expansion'>,
  account: AccountId,
): string | undefined {
  const state = organization.accountById.get(account)?.state;
  if (state !== undefined && UNUSABLE.has(state)) return `the account is ${state}`;
  const isExcluded = expansion.exclusions.some((one) => one.account.id === account);
  return isExcluded ? 'the estate excludes the account' : undefined;
}
