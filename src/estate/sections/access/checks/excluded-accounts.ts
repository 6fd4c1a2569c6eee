import type { Access } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { suggestionOrList } from '../../../../text/suggest';
import { error } from '../../shared/issue';

/** Exclusions of accounts that the organization does not have, which would take nothing away. */
export function checkExcludedAccounts({ excludedAccounts }: Access, organization: Organization): readonly Issue[] {
  const known = organization.accountById;
  const { setAside } = organization;
  const unknown = excludedAccounts.filter(({ account }) => !known.has(account) && !setAside.accounts.has(account));
  return unknown.map(({ at, account }) =>
    error('unknown-account', [...at, 'account'], {
      value: account,
      problem: 'is not an account of the organization',
      allowed: suggestionOrList(account, [...known.keys()], 'accounts'),
    }),
  );
}
