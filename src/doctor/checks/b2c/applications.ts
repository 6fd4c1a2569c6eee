import { dayOf, daysBetween, type SecretPeriods, secretPeriodsAt } from '../../../../constructs/entra/periods';
import type { Credential, FoundApplication, Permission } from '../../../clouds/facts/trust-facts';
import { type CustomersFacts, factsOf } from '../../../clouds/facts/customers-facts';
import { declaredPowers, secretWay } from '../../../clouds/facts/ways-in';
import { known, type Reading, together } from '../../../clouds/reading';
import {
  apisOf,
  clientsOf,
  type DeclaredApi,
  type DeclaredClient,
  type DirectoryType,
  hasPeople,
} from '../../../estate/sections/customers/customers';
import type { DeclaredValues } from '../../../estate/records/application-values';
import { acceptedOn } from '../../../estate/sections/shared/rules';
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

type Registered = DeclaredApi | DeclaredClient;

/** What was found of applications, by their names in the estate. */
export function foundOf(
  facts: CustomersFacts,
  all: readonly Pick<Registered, 'name'>[],
): Reading<Readonly<Record<string, FoundApplication | undefined>>> {
  return together(Object.fromEntries(all.map(({ name }) => [name, factsOf(facts, name).found])));
}

/** Words for an application in a sentence. */
export function titleOf({ isHosted, displayName }: DeclaredClient): string {
  return isHosted ? 'the web application' : showValue(displayName);
}

/** Beginning of a sentence that is not about the hosted application. */
function aboutOf(client: DeclaredClient): string {
  return client.isHosted ? '' : `${titleOf(client)}: `;
}

const valuesOf = (scopes: readonly { readonly value: string }[]): readonly string[] => scopes.map(({ value }) => value);

/** All applications are there, and fit for user flows. */
export const applications = check(customersOf, {
  id: 'b2c-applications',
  title: 'Applications are there and fit for user flows',
  run: ({ declared, facts }) => {
    const [apis, clients] = [apisOf(declared), clientsOf(declared)];
    const fit = { audience: AUDIENCES[declared.directoryType], tokenVersion: 2, isEnabled: true };
    return examine(foundOf(facts, [...apis, ...clients]), (found) =>
      okUnless(
        [
          ...apis.flatMap(({ name, displayName, identifierUri, scopes, roles }) => {
            const values = { identifierUris: [identifierUri], scopes: valuesOf(scopes), roles: valuesOf(roles) };
            return examineOne(found[name], displayName, { ...fit, ...values });
          }),
          ...clients.flatMap(({ name, displayName }) => examineOne(found[name], displayName, fit)),
        ],
        `${[...apis, ...clients].map(({ displayName }) => displayName).join(' and ')} are as declared`,
      ),
    );
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
  run: ({ declared, facts }) =>
    clientsOf(declared).flatMap((client) => {
      const { name, displayName, kind, redirectUris: uris, implicitTokens, logoutUrl } = client;
      return examineFound(factsOf(facts, name).found, client, (found) => {
        const isPublic = kind === 'singlePage' || kind === 'native';
        const [withSecret, without] = isPublic ? [[], uris] : [uris, []];
        const values = { redirectUris: withSecret, otherRedirectUris: without, implicitTokens, logoutUrl };
        return okUnless(
          examineValues(found, { name: displayName, values, up: CUSTOMERS_UP }),
          `${aboutOf(client)}${uris.length} redirect URIs are as declared`,
        );
      });
    }),
});

/** An administrator consented to what applications ask for. */
export const consent = check(customersOf, {
  id: 'b2c-consent',
  title: 'An administrator consented to all scopes and roles',
  run: ({ declared, facts }) => clientsOf(declared).flatMap((client) => examineConsent(client, facts)),
});

function examineConsent(client: DeclaredClient, facts: CustomersFacts): Observed {
  const { trust } = factsOf(facts, client.name);
  const { calls } = client;
  const found = foundOf(
    facts,
    calls.map(({ api }) => api),
  );
  // Roles are among the permissions, which nothing else here needs.
  const powers = calls.some(({ roles }) => roles.length > 0) ? trust.powers : known(undefined);
  return examine(together({ grants: trust.grants, found, powers }), ({ grants, found: apis, powers: own }) => {
    const ids = calls.map(({ api }) => apis[api.name]?.servicePrincipalId);
    // A person's own consent is none for everybody.
    const given = grants.own.filter(({ isPersonal }) => isPersonal !== true);
    const lacking = (wanted: readonly string[], held: readonly Permission[]): readonly string[] =>
      wanted.filter((value) => !held.some((one) => one.value === value));
    const ofGraph = hasPeople(client) ? OF_GRAPH : [];
    const missing = [
      ...calls.flatMap(({ scopes, roles }, index) => {
        const of = (all: readonly Permission[]) => all.filter(({ resourceId }) => resourceId === ids[index]);
        return [...lacking(scopes, of(given)), ...lacking(roles, of(own?.permissions ?? []))];
      }),
      ...lacking(
        ofGraph,
        given.filter(({ resourceId }) => !ids.includes(resourceId)),
      ),
    ];
    const all = [...calls.flatMap(({ scopes, roles }) => [...scopes, ...roles]), ...ofGraph];
    const words = `consent is missing for ${quotedList(missing)}, and customers can't give it`;
    return okUnless(
      [missing.length > 0 && failure(`${aboutOf(client)}${words}`, CUSTOMERS_UP)],
      `${aboutOf(client)}${all.length === 0 ? 'it asks for nothing' : `consent is given to ${quotedList(all)}`}`,
    );
  });
}

const OF_GRAPH = ['openid', 'offline_access'];

/** Nothing was added to the applications: no credential, no permission, no consent, no client of an API. */
export const permissions = check(customersOf, {
  id: 'b2c-permissions',
  title: 'Applications have no credential, permission, consent or owner beyond the declared',
  run: ({ declared, facts }, { now, plan: { estate } }) => {
    const [apis, clients] = [apisOf(declared), clientsOf(declared)];
    const [day, deployer] = [dayOf(now), estate.pipeline?.identities.customers?.deploy];
    return examine(foundOf(facts, [...apis, ...clients]), (found) => {
      const calls = clients.flatMap((client) =>
        client.calls.map(({ api, scopes, roles }) => ({
          client: found[client.name]?.servicePrincipalId,
          api: found[api.name]?.servicePrincipalId,
          ...{ scopes, roles },
        })),
      );
      // Of an application that is not there another check tells.
      const look = ({ name, displayName, accepted }: Registered, hasSecrets: boolean): Observed => {
        const one = found[name];
        if (one === undefined) return [];
        const powers = declaredPowers(one.servicePrincipalId, calls);
        const decisions = { accepted, day, deployer };
        return examineTrust(factsOf(facts, name).trust, { ...powers, hasSecrets, name: displayName, decisions });
      };
      const all = [
        ...apis.flatMap((api) => look(api, false)),
        ...clients.flatMap((client) => look(client, client.clientSecret !== undefined)),
      ];
      return all.length > 0 ? all : [unknown('there is none of the applications')];
    });
  },
});

/** Days before the end of the last secret from which on it is a failure. */
const URGENT_DAYS = 14;
const RENEW = `${CUSTOMERS_UP}, then npx --no entra-aws deploy handoff`;

/** Client secrets last, those of this period were made, and there are no others. */
export const clientSecret = check(customersOf, {
  id: 'b2c-client-secret',
  title: 'Client secrets of applications last, and there is no other',
  run: ({ declared, facts }, { now }) =>
    clientsOf(declared).flatMap((client) => {
      const { clientSecret: rotation } = client;
      if (rotation === undefined) return [];
      return examineFound(factsOf(facts, client.name).found, client, ({ secrets }) =>
        examineSecrets(secrets, client, { periods: secretPeriodsAt(rotation, now), now }),
      );
    }),
});

function examineSecrets(
  secrets: readonly Credential[],
  client: DeclaredClient,
  { periods, now }: { readonly periods: SecretPeriods; readonly now: Date },
): Observed {
  const about = aboutOf(client);
  const accepted = acceptedOn(client.accepted, dayOf(now));
  const isAccepted = (secret: Credential): boolean => accepted.includes(secretWay(secret).way);
  const strange = strangeSecrets(
    secrets.filter((one) => !isAccepted(one) && new Date(one.end) > now),
    periods,
    titleOf(client),
  );
  const last = lastOf(secrets, periods, isAccepted);
  if (last === undefined || last <= now) {
    const what = last === undefined ? 'there is no client secret' : `the last client secret ended on ${dayOf(last)}`;
    const harm = hasPeople(client) ? 'no one can sign in' : 'it gets no token';
    return [...strange, failure(`${about}${what}: ${harm}`, RENEW)];
  }
  const left = daysBetween(dayOf(now), dayOf(last));
  const message = `${about}the client secret ends on ${dayOf(last)}, in ${left} days`;
  if (left <= URGENT_DAYS) return [...strange, failure(message, RENEW)];
  const isDue = last < new Date(periods.current.endDate);
  return okUnless([...strange, isDue && warning(`${message}; that of this period was not made yet`, RENEW)], message);
}

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
function strangeSecrets(secrets: readonly Credential[], { current, previous }: SecretPeriods, title: string): Observed {
  const own = [current, previous].map(({ endDate }) => dayOf(new Date(endDate)));
  return [...Map.groupBy(secrets, ({ end }) => dayOf(new Date(end)))].map(([end, all]) => {
    const more = all.length - (own.includes(end) ? 1 : 0);
    return (
      more !== 0 &&
      failure(
        `${more} client secrets that end on ${end} are not those of the estate's periods: whoever has one acts as ${title}`,
        `find out who made it (audit log of Entra ID), delete it (App registrations > the application > Certificates & secrets), then ${CUSTOMERS_UP}${orAccept(all.map(secretWay))}`,
      )
    );
  });
}
