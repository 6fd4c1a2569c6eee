import type { Customers } from '../../../estate/sections/customers/customers';
import { type Check, examine, type Observation } from '../../check';
import type { CustomersFacts, RegisteredApplication } from '../../../clouds/facts/customers-facts';
import type { ApplicationTrust, Client, Permission } from '../../../clouds/facts/trust-facts';
import { together } from '../../../clouds/reading';
import { examineTrust } from '../trust/examine-trust';
import { customersOf, stepUpOf } from './applications';

/** Nothing was added to the applications: no credential, no permission, no consent, no client of the API. */
export const permissions: Check = {
  id: 'b2c-permissions',
  area: 'b2c',
  title: 'API and web application have no credential, permission or consent beyond the declared',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { declared, facts } = b2c;
    const { api, web } = facts;
    return examine(together({ api, web, stepUp: stepUpOf(facts) }), (found) => compare(declared, facts.trusts, found));
  },
};

type Found = Readonly<Record<'api' | 'web' | 'stepUp', RegisteredApplication | undefined>>;

/** Of an application that is not there another check tells. */
function compare(
  declared: Customers,
  trusts: CustomersFacts['trusts'],
  { api, web, stepUp }: Found,
): readonly Observation[] {
  const isClient = ({ servicePrincipalId }: Client): boolean => servicePrincipalId === web?.servicePrincipalId;
  const own = [api?.servicePrincipalId, stepUp?.servicePrincipalId];
  const scopes = declared.apiApplication.scopes.map(({ value }) => value);
  const isConsented = ({ resourceId, value }: Permission): boolean =>
    own.includes(resourceId) && scopes.includes(value);
  const look = (
    found: RegisteredApplication | undefined,
    trust: ApplicationTrust | undefined,
    words: Parameters<typeof examineTrust>[1],
  ): readonly Observation[] => (found === undefined || trust === undefined ? [] : examineTrust(trust, words));
  const all = [
    ...look(api, trusts.api, { name: declared.apiApplication.displayName, isClient }),
    ...(declared.stepUp === undefined
      ? []
      : look(stepUp, trusts.stepUp, { name: declared.stepUp.displayName, isClient })),
    ...look(web, trusts.web, { name: declared.webApplication.displayName, hasSecrets: true, isConsented }),
  ];
  return all.length > 0 ? all : [{ outcome: 'unknown', message: 'there is none of the applications' }];
}
