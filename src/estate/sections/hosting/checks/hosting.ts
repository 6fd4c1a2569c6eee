import type { Estate } from '../../estate';
import type { Issue } from '../../../source/finding';
import type { Hosting } from '../hosting';
import type { Organization } from '../../../source/organization';
import { checkDomain } from './hosting-domain';
import { checkNetwork } from './hosting-network';
import { checkServiceSize } from './hosting-size';
import { checkWebUrl } from './hosting-url';
import { error } from '../../shared/issue';

/** The customer application on AWS. Without the organization, which is reported elsewhere, the account is not checked. */
export function checkHosting(
  hosting: Hosting,
  estate: Estate,
  organization: Organization | undefined,
): readonly Issue[] {
  return [
    ...(organization === undefined ? [] : checkAccount(hosting, organization)),
    ...(hosting.domain === undefined ? [] : checkDomain(hosting.domain, hosting)),
    ...checkWebUrl(hosting, estate),
    ...checkServiceSize(hosting.web, hosting.platform),
    ...checkServiceSize(hosting.api, hosting.platform),
    ...checkNetwork(hosting),
  ];
}

function checkAccount({ at, account }: Hosting, organization: Organization): readonly Issue[] {
  const found = organization.accountById.get(account);
  if (found?.state === 'ACTIVE' || organization.setAside.accounts.has(account)) return [];
  const place = [...at, 'account'];
  if (found === undefined) {
    const allowed = 'an id of organization.json; npx entra-aws snapshot reads new accounts';
    return [
      error('hosting-account', place, { value: account, problem: 'is not an account of the organization', allowed }),
    ];
  }
  const problem = `is account ${found.name}, which is ${found.state}`;
  return [error('hosting-account', place, { value: account, problem, allowed: 'an active account' })];
}
