import type { Placed } from '../emergency';
import { accountsNamed } from '../emergency-plan';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { quotedList, suggestionOrList } from '../../../../text/suggest';
import { error } from '../../shared/issue';

/** Faults of a text that should name one active account. */
export function accountFaults({ at, text }: Placed, organization: Organization): readonly Issue[] {
  const found = accountsNamed(organization, text);
  const [account, ...others] = found;
  if (account === undefined) {
    if (organization.setAside.accounts.has(text)) return [];
    const known = organization.accounts.map(({ name }) => name);
    const what = { value: text, problem: 'is not an account of the organization' };
    return [error('unknown-emergency-account', at, { ...what, allowed: suggestionOrList(text, known, 'accounts') })];
  }
  if (others.length > 0) {
    const what = { value: text, problem: `is the name of ${found.length} accounts` };
    return [
      error('ambiguous-emergency-account', at, { ...what, allowed: `an id: ${quotedList(found.map(({ id }) => id))}` }),
    ];
  }
  if (account.state === 'ACTIVE') return [];
  const what = { value: text, problem: `is an account in the state ${account.state}`, allowed: 'an active account' };
  return [error('inactive-emergency-account', at, what)];
}
