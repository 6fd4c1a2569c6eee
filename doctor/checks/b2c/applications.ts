import { dayOf, daysBetween } from '../../../constructs/entra/day';
import { secretPeriodsAt } from '../../../constructs/entra/secret-periods';
import { type Customers, redirectUrisOf } from '../../../model/customers';
import { showValue } from '../../../model/finding';
import { quotedList } from '../../../model/suggest';
import type { CustomersFacts, RegisteredApplication } from '../../facts/customers-facts';
import { together } from '../../reading';
import { type Check, type CheckInput, examine, failure, type Observation, orWell, warning } from '../../check';

export const PULUMI_UP = 'deploy the customers program anew (pulumi up)';

/** Applications of any other audience can't use user flows. */
const AUDIENCE = 'AzureADandPersonalMicrosoftAccount';
/** Days before the end of the last secret from which on it is a failure. */
const URGENT_DAYS = 14;

interface B2c {
  readonly declared: Customers;
  readonly facts: CustomersFacts;
}

/** What was declared and what was read of the customers; undefined where the estate has none. */
export function customersOf({ plan, facts }: CheckInput): B2c | undefined {
  const declared = plan.estate.customers;
  return declared === undefined || facts.customers === undefined ? undefined : { declared, facts: facts.customers };
}

/** Both applications are there, and fit for user flows. */
export const applications: Check = {
  id: 'b2c-applications',
  area: 'b2c',
  title: 'API and web application are there and fit for user flows',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { declared, facts } = b2c;
    return examine(together({ api: facts.api, web: facts.web }), ({ api, web }) =>
      orWell(
        [
          ...fitness(declared.apiApplication.displayName, api),
          ...fitness(declared.webApplication.displayName, web),
          ...(api === undefined ? [] : scopes(api, declared)),
        ],
        `${declared.apiApplication.displayName} and ${declared.webApplication.displayName} are as declared`,
      ),
    );
  },
};

function fitness(name: string, found: RegisteredApplication | undefined): readonly Observation[] {
  if (found === undefined) return [failure(`there is no application ${showValue(name)}`, PULUMI_UP)];
  const { audience, tokenVersion, principalId } = found;
  return [
    ...(audience === AUDIENCE
      ? []
      : [failure(`${showValue(name)} is for ${audience}, not for ${AUDIENCE}`, PULUMI_UP)]),
    ...(tokenVersion === 2
      ? []
      : [failure(`${showValue(name)} asks for access tokens of version ${tokenVersion ?? 1}, not 2`, PULUMI_UP)]),
    ...(principalId === undefined ? [failure(`${showValue(name)} has no service principal`, PULUMI_UP)] : []),
  ];
}

function scopes(
  { identifierUris, scopes: found }: RegisteredApplication,
  { apiApplication }: Customers,
): readonly Observation[] {
  const { identifierUri } = apiApplication;
  const missing = apiApplication.scopes.map(({ value }) => value).filter((value) => !found.includes(value));
  return [
    ...(identifierUris.includes(identifierUri) ? [] : [failure(`the API is not named ${identifierUri}`, PULUMI_UP)]),
    ...(missing.length === 0 ? [] : [failure(`the API has no scope ${quotedList(missing)}`, PULUMI_UP)]),
  ];
}

/** What the check of the web application alone shows. */
function examineWeb(
  input: CheckInput,
  look: (web: RegisteredApplication, declared: Customers) => readonly Observation[],
): readonly Observation[] | undefined {
  const b2c = customersOf(input);
  return (
    b2c &&
    examine(b2c.facts.web, (web) =>
      web === undefined ? [{ outcome: 'unknown', message: 'there is no web application' }] : look(web, b2c.declared),
    )
  );
}

/** Sign-ins may come back to the declared addresses, and to no others. */
export const redirectUris: Check = {
  id: 'b2c-redirect-uris',
  area: 'b2c',
  title: 'Redirect URIs are as declared',
  run: (input) =>
    examineWeb(input, (web, { webApplication }) => {
      const declared = redirectUrisOf(webApplication);
      const missing = declared.filter((uri) => !web.redirectUris.includes(uri));
      const others = web.redirectUris.filter((uri) => !declared.includes(uri));
      return orWell(
        [
          ...(missing.length === 0 ? [] : [failure(`sign-ins can't come back to ${quotedList(missing)}`, PULUMI_UP)]),
          ...(others.length === 0
            ? []
            : [failure(`sign-ins may come back to addresses that nobody declared: ${quotedList(others)}`, PULUMI_UP)]),
        ],
        `${declared.length} redirect URIs are as declared`,
      );
    }),
};

/** The client secret lasts, and the one of this period was made. */
export const clientSecret: Check = {
  id: 'b2c-client-secret',
  area: 'b2c',
  title: "The web application's client secret lasts",
  run: (input) =>
    examineWeb(input, (web, { webApplication }) => {
      const day = dayOf(input.now);
      const last = web.secretsEnd.toSorted((a, b) => b.getTime() - a.getTime())[0];
      if (last === undefined || last <= input.now) {
        const what =
          last === undefined ? 'there is no client secret' : `the last client secret ended on ${dayOf(last)}`;
        return [failure(`${what}: nobody can sign in`, `${PULUMI_UP}, then npm run handoff`)];
      }
      const { current } = secretPeriodsAt(webApplication.clientSecret, input.now);
      const message = `the client secret ends on ${dayOf(last)}, in ${daysBetween(day, dayOf(last))} days`;
      const advice = `${PULUMI_UP}, then npm run handoff`;
      if (daysBetween(day, dayOf(last)) <= URGENT_DAYS) return [failure(message, advice)];
      const isDue = last < new Date(current.endDate);
      return orWell(isDue ? [warning(`${message}; that of this period was not made yet`, advice)] : [], message);
    }),
};

/** An administrator consented to what the web application asks for. */
export const consent: Check = {
  id: 'b2c-consent',
  area: 'b2c',
  title: 'An administrator consented to all scopes',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { declared, facts } = b2c;
    return examine(together({ consents: facts.consents, api: facts.api }), ({ consents, api }) => {
      const ofApi = consents.filter(({ resourceId }) => resourceId === api?.principalId);
      const ofOthers = consents.filter(({ resourceId }) => resourceId !== api?.principalId);
      const wanted = declared.apiApplication.scopes.map(({ value }) => value);
      const missing = [
        ...wanted.filter((scope) => !ofApi.some(({ scopes: granted }) => granted.includes(scope))),
        ...['openid', 'offline_access'].filter(
          (scope) => !ofOthers.some(({ scopes: granted }) => granted.includes(scope)),
        ),
      ];
      return orWell(
        missing.length === 0
          ? []
          : [failure(`nobody consented to ${quotedList(missing)}, and customers of a B2C directory can't`, PULUMI_UP)],
        `consent is given to ${quotedList([...wanted, 'openid', 'offline_access'])}`,
      );
    });
  },
};
