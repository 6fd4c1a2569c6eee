import { dayOf } from '../../../../constructs/entra/day';
import type { Customers } from '../../../estate/sections/customers/customers';
import type { AcceptedWay } from '../../../estate/sections/shared/accepted';
import type { ClientId } from '../../../estate/source/ids';
import { type Check, examine, type Observation } from '../../check';
import type { FoundApplication } from '../../../clouds/facts/application-facts';
import type { CustomersFacts } from '../../../clouds/facts/customers-facts';
import type { ApplicationTrust } from '../../../clouds/facts/trust-facts';
import { type DeclaredPowers, declaredOfCustomers } from '../../../clouds/facts/ways-in';
import { together } from '../../../clouds/reading';
import { examineTrust } from '../trust/examine-trust';
import { customersOf, stepUpOf } from './applications';

/** Nothing was added to the applications: no credential, no permission, no consent, no client of the API. */
export const permissions: Check = {
  id: 'b2c-permissions',
  area: 'b2c',
  title: 'API and web application have no credential, permission, consent or owner beyond the declared',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { declared, facts } = b2c;
    const { api, web } = facts;
    const day = dayOf(input.now);
    const deployer = input.plan.estate.pipeline?.identities.customers?.deploy;
    return examine(together({ api, web, stepUp: stepUpOf(facts) }), (found) =>
      compare(declared, { trusts: facts.trusts, found, day, deployer }),
    );
  },
};

interface Deployed {
  readonly trusts: CustomersFacts['trusts'];
  readonly found: Readonly<Record<'api' | 'web' | 'stepUp', FoundApplication | undefined>>;
  readonly day: string;
  readonly deployer: ClientId | undefined;
}

/** Of an application that is not there another check tells. */
function compare(declared: Customers, { trusts, found, day, deployer }: Deployed): readonly Observation[] {
  const { api, web, stepUp } = found;
  const { apiApplication, webApplication } = declared;
  const scopes = apiApplication.scopes.map(({ value }) => value);
  const ids = {
    api: api?.servicePrincipalId,
    web: web?.servicePrincipalId,
    stepUp: stepUp?.servicePrincipalId,
  };
  const { ofWeb, ofApi } = declaredOfCustomers(ids, scopes);
  const look = (
    one: { readonly displayName: string; readonly accepted: readonly AcceptedWay[] } | undefined,
    trust: ApplicationTrust | undefined,
    powers: DeclaredPowers,
  ): readonly Observation[] =>
    one === undefined || trust === undefined
      ? []
      : examineTrust(trust, { ...powers, name: one.displayName, decisions: { accepted: one.accepted, day, deployer } });
  const all = [
    ...look(api && apiApplication, trusts.api, ofApi),
    ...look(stepUp && declared.stepUp, trusts.stepUp, ofApi),
    ...look(web && webApplication, trusts.web, { ...ofWeb, hasSecrets: true }),
  ];
  return all.length > 0 ? all : [{ outcome: 'unknown', message: 'there is none of the applications' }];
}
