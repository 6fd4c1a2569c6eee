import { dayOf, daysBetween } from '../../../../constructs/entra/day';
import { type SecretPeriods, secretPeriodsAt } from '../../../../constructs/entra/secret-periods';
import type { ApplicationTrust, Credential, FoundApplication } from '../../../clouds/facts/trust-facts';
import type { CustomersFacts } from '../../../clouds/facts/customers-facts';
import { declaredOfCustomers, type DeclaredPowers, secretWay } from '../../../clouds/facts/ways-in';
import { known, type Reading, together } from '../../../clouds/reading';
import {
  clientsOf,
  type Customers,
  type DirectoryType,
  redirectUrisOf,
} from '../../../estate/sections/customers/customers';
import type { DeclaredValues } from '../../../estate/records/application-values';
import { acceptedOn, type AcceptedWay } from '../../../estate/sections/shared/rules';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import { check, customersOf, examine, failure, type Observed, okUnless, unknown, warning } from '../../check';
import { CUSTOMERS_UP, examineFound, examineNamesakes, examineValues } from '../applications';
import { examineTrust, orAccept } from '../trust/examine-trust';

/** Applications of any other audience can't use user flows of B2C; those of an external tenant are for its accounts. */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

/** The application of the second factor: B2C has none. */
function stepUpOf({ directory }: CustomersFacts): Reading<FoundApplication | undefined> {
  return directory.type === 'b2c' ? known(undefined) : directory.stepUp;
}

/** An application that owns scopes, and what was found of it. */
interface Api {
  readonly name: string;
  readonly identifierUri: string;
  readonly scopes: readonly string[];
  readonly found: FoundApplication | undefined;
}

type FoundApis = Readonly<Record<'api' | 'stepUp', FoundApplication | undefined>>;

function apisOf({ apiApplication, stepUp }: Customers, found: FoundApis): readonly Api[] {
  const { displayName: name, identifierUri } = apiApplication;
  const values = apiApplication.scopes.map(({ value }) => value);
  const scopes = values.filter((value) => stepUp?.scopes.includes(value) !== true);
  return [
    { name, identifierUri, scopes, found: found.api },
    ...(stepUp === undefined ? [] : [{ ...stepUp, name: stepUp.displayName, found: found.stepUp }]),
  ];
}

/** All applications are there, and fit for user flows. */
export const applications = check(customersOf, {
  id: 'b2c-applications',
  title: 'API and web application are there and fit for user flows',
  run: ({ declared, facts }) => {
    const { displayName: webName } = declared.webApplication;
    return examine(together({ api: facts.api, web: facts.web, stepUp: stepUpOf(facts) }), ({ web, ...found }) => {
      const fit = { audience: AUDIENCES[declared.directoryType], tokenVersion: 2, isEnabled: true };
      const apis = apisOf(declared, found);
      return okUnless(
        [
          ...apis.flatMap(({ name, identifierUri, scopes, found: api }) =>
            examineOne(api, name, { ...fit, identifierUris: [identifierUri], scopes }),
          ),
          ...examineOne(web, webName, fit),
        ],
        `${[...apis.map(({ name }) => name), webName].join(' and ')} are as declared`,
      );
    });
  },
});

function examineOne(found: FoundApplication | undefined, name: string, values: DeclaredValues): Observed {
  if (found === undefined) return [failure(`there is no application ${showValue(name)}`, CUSTOMERS_UP)];
  return [
    ...examineNamesakes(
      found,
      name,
      'see in `pulumi stack output` which is the one of the estate, and delete the others',
    ),
    ...examineValues(found, { name, values, up: CUSTOMERS_UP }),
    found.servicePrincipalId === undefined && failure(`${showValue(name)} has no service principal`, CUSTOMERS_UP),
  ];
}

/** Sign-ins may come back to the declared addresses, and to no others. */
export const redirectUris = check(customersOf, {
  id: 'b2c-redirect-uris',
  title: 'Redirect URIs are as declared',
  run: ({ declared, facts }) => {
    const { webApplication } = declared;
    return examineFound(facts.web, webApplication, (web) => {
      const uris = redirectUrisOf(webApplication);
      const [hosted] = clientsOf(declared);
      const values = {
        redirectUris: uris,
        otherRedirectUris: [],
        implicitTokens: hosted?.implicitTokens ?? [],
        logoutUrl: hosted?.logoutUrl,
      };
      return okUnless(
        examineValues(web, { name: webApplication.displayName, values, up: CUSTOMERS_UP }),
        `${uris.length} redirect URIs are as declared`,
      );
    });
  },
});

/** An administrator consented to what the web application asks for. */
export const consent = check(customersOf, {
  id: 'b2c-consent',
  title: 'An administrator consented to all scopes',
  run: ({ declared, facts }) => {
    const { api, trusts } = facts;
    return examine(together({ grants: trusts.web.grants, api, stepUp: stepUpOf(facts) }), ({ grants, ...found }) => {
      const apis = apisOf(declared, found).map((one) => ({ ...one, id: one.found?.servicePrincipalId }));
      const lacking = (wanted: readonly string[], isIt: (resource: string) => boolean): readonly string[] => {
        // A person's own consent is none for everybody.
        const given = grants.own.filter(({ resourceId, isPersonal }) => isPersonal !== true && isIt(resourceId));
        const scopes = given.map(({ value }) => value);
        return wanted.filter((scope) => !scopes.includes(scope));
      };
      const missing = [
        ...apis.flatMap(({ scopes, id }) => lacking(scopes, (resource) => resource === id)),
        ...lacking(OF_GRAPH, (resource) => !apis.some(({ id }) => id === resource)),
      ];
      return okUnless(
        [
          missing.length > 0 &&
            failure(`consent is missing for ${quotedList(missing)}, and customers can't give it`, CUSTOMERS_UP),
        ],
        `consent is given to ${quotedList([...apis.flatMap((one) => one.scopes), ...OF_GRAPH])}`,
      );
    });
  },
});

const OF_GRAPH = ['openid', 'offline_access'];

/** Nothing was added to the applications: no credential, no permission, no consent, no client of the API. */
export const permissions = check(customersOf, {
  id: 'b2c-permissions',
  title: 'API and web application have no credential, permission, consent or owner beyond the declared',
  run: ({ declared, facts }, { now, plan: { estate } }) => {
    const { api, web, trusts } = facts;
    const { apiApplication, webApplication, stepUp } = declared;
    const [day, deployer] = [dayOf(now), estate.pipeline?.identities.customers?.deploy];
    return examine(together({ api, web, stepUp: stepUpOf(facts) }), (found) => {
      const { ofWeb, ofApi } = declaredOfCustomers(
        {
          api: found.api?.servicePrincipalId,
          web: found.web?.servicePrincipalId,
          stepUp: found.stepUp?.servicePrincipalId,
        },
        apiApplication.scopes.map(({ value }) => value),
      );
      // Of an application that is not there another check tells.
      const look = (
        one: { readonly displayName: string; readonly accepted: readonly AcceptedWay[] } | undefined,
        trust: ApplicationTrust | undefined,
        powers: DeclaredPowers,
      ): Observed => {
        if (one === undefined || trust === undefined) return [];
        const { displayName: name, accepted } = one;
        return examineTrust(trust, { ...powers, name, decisions: { accepted, day, deployer } });
      };
      const all = [
        ...look(found.api && apiApplication, trusts.api, ofApi),
        ...look(found.stepUp && stepUp, trusts.stepUp, ofApi),
        ...look(found.web && webApplication, trusts.web, { ...ofWeb, hasSecrets: true }),
      ];
      return all.length > 0 ? all : [unknown('there is none of the applications')];
    });
  },
});

/** Days before the end of the last secret from which on it is a failure. */
const URGENT_DAYS = 14;
const RENEW = `${CUSTOMERS_UP}, then npx --no entra-aws deploy handoff`;

/** The client secret lasts, the one of this period was made, and there are no others. */
export const clientSecret = check(customersOf, {
  id: 'b2c-client-secret',
  title: "The web application's client secret lasts, and there is no other",
  run: ({ declared: { webApplication }, facts }, { now }) =>
    examineFound(facts.web, webApplication, ({ secrets }) => {
      const periods = secretPeriodsAt(webApplication.clientSecret, now);
      const accepted = acceptedOn(webApplication.accepted, dayOf(now));
      const isAccepted = (secret: Credential): boolean => accepted.includes(secretWay(secret).way);
      const strange = strangeSecrets(
        secrets.filter((one) => !isAccepted(one) && new Date(one.end) > now),
        periods,
      );
      const last = lastOf(secrets, periods, isAccepted);
      if (last === undefined || last <= now) {
        const what =
          last === undefined ? 'there is no client secret' : `the last client secret ended on ${dayOf(last)}`;
        return [...strange, failure(`${what}: no one can sign in`, RENEW)];
      }
      const left = daysBetween(dayOf(now), dayOf(last));
      const message = `the client secret ends on ${dayOf(last)}, in ${left} days`;
      if (left <= URGENT_DAYS) return [...strange, failure(message, RENEW)];
      const isDue = last < new Date(periods.current.endDate);
      return okUnless(
        [...strange, isDue && warning(`${message}; that of this period was not made yet`, RENEW)],
        message,
      );
    }),
});

/** End of the last secret that may be the estate's or is accepted: a stranger's, which may last longer, proves nothing. */
function lastOf(
  secrets: readonly Credential[],
  { current }: SecretPeriods,
  isAccepted: (one: Credential) => boolean,
): Date | undefined {
  const limit = dayOf(new Date(current.endDate));
  const [last] = secrets
    .filter((one) => isAccepted(one) || dayOf(new Date(one.end)) <= limit)
    .map(({ end }) => new Date(end))
    .toSorted((a, b) => b.getTime() - a.getTime());
  return last;
}

/** Each period has one secret. */
function strangeSecrets(secrets: readonly Credential[], { current, previous }: SecretPeriods): Observed {
  const own = [current, previous].map(({ endDate }) => dayOf(new Date(endDate)));
  return [...Map.groupBy(secrets, ({ end }) => dayOf(new Date(end)))].map(([end, all]) => {
    const more = all.length - (own.includes(end) ? 1 : 0);
    return (
      more !== 0 &&
      failure(
        `${more} client secrets that end on ${end} are not those of the estate's periods: whoever has one acts as the web application`,
        `find out who made it (audit log of Entra ID), delete it (App registrations > the application > Certificates & secrets), then ${CUSTOMERS_UP}${orAccept(all.map(secretWay))}`,
      )
    );
  });
}
