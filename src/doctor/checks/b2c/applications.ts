import { type Customers, type DirectoryType, redirectUrisOf } from '../../../estate/sections/customers/customers';
import { showValue } from '../../../estate/source/finding';
import { quotedList } from '../../../text/suggest';
import type { FoundApplication } from '../../../clouds/facts/application-facts';
import type { Consent, CustomersFacts } from '../../../clouds/facts/customers-facts';
import { known, type Reading, together } from '../../../clouds/reading';
import { type Check, type CheckInput, examine, failure, type Observation, okUnless } from '../../check';

/** Advice that corrects whatever differs in the directory. Without the flag Pulumi compares with what it remembers. */
export const PULUMI_UP = 'deploy the customers program with `pulumi up --refresh`';

/** Applications of any other audience can't use user flows of B2C; those of an external tenant are for its accounts. */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

/** Of either type of directory: the area has the name of the first. */
export interface B2c {
  readonly declared: Customers;
  readonly facts: CustomersFacts;
}

/** Declared and read state of the customers; undefined where the estate has none. */
export function customersOf({ plan, facts }: CheckInput): B2c | undefined {
  const declared = plan.estate.customers;
  return declared === undefined || facts.customers === undefined ? undefined : { declared, facts: facts.customers };
}

/** The application of the second factor: B2C has none. */
export function stepUpOf({ directory }: CustomersFacts): Reading<FoundApplication | undefined> {
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
export const applications: Check = {
  id: 'b2c-applications',
  area: 'b2c',
  title: 'API and web application are there and fit for user flows',
  run: (input) => {
    const b2c = customersOf(input);
    if (b2c === undefined) return undefined;
    const { declared, facts } = b2c;
    const { displayName: webName } = declared.webApplication;
    return examine(together({ api: facts.api, web: facts.web, stepUp: stepUpOf(facts) }), ({ web, ...found }) => {
      const apis = apisOf(declared, found);
      const audience = AUDIENCES[declared.directoryType];
      return okUnless(
        [
          ...apis.flatMap((api) => fitness(api, audience)),
          ...fitness({ name: webName, found: web }, audience),
          ...apis.flatMap(scopes),
        ],
        `${[...apis.map(({ name }) => name), webName].join(' and ')} are as declared`,
      );
    });
  },
};

function fitness({ name, found }: Pick<Api, 'name' | 'found'>, wanted: string): readonly Observation[] {
  if (found === undefined) return [failure(`there is no application ${showValue(name)}`, PULUMI_UP)];
  const { appId, audience, tokenVersion, servicePrincipalId, isEnabled, namesakes } = found;
  return [
    ...(namesakes.length === 0
      ? []
      : [
          failure(
            `${namesakes.length + 1} applications have the name ${showValue(name)}: ${quotedList([appId, ...namesakes])}`,
            'see in `pulumi stack output` which is the one of the estate, and delete the others',
          ),
        ]),
    ...(audience === wanted ? [] : [failure(`${showValue(name)} is for ${audience}, not for ${wanted}`, PULUMI_UP)]),
    ...(tokenVersion === 2
      ? []
      : [failure(`${showValue(name)} asks for access tokens of version ${tokenVersion ?? 1}, not 2`, PULUMI_UP)]),
    ...(isEnabled ? [] : [failure(`${showValue(name)} is disabled: no token is issued for it`, PULUMI_UP)]),
    ...(servicePrincipalId === undefined ? [failure(`${showValue(name)} has no service principal`, PULUMI_UP)] : []),
  ];
}

function scopes({ name, identifierUri, scopes: wanted, found }: Api): readonly Observation[] {
  if (found === undefined) return [];
  const there = found.scopes.map(({ value }) => value);
  const missing = wanted.filter((value) => !there.includes(value));
  const more = there.filter((value) => !wanted.includes(value));
  const isNamed = found.identifierUris.includes(identifierUri);
  return [
    ...(isNamed ? [] : [failure(`${showValue(name)} does not have the URI ${identifierUri}`, PULUMI_UP)]),
    ...(missing.length === 0 ? [] : [failure(`${showValue(name)} has no scope ${quotedList(missing)}`, PULUMI_UP)]),
    ...(more.length === 0
      ? []
      : [failure(`${showValue(name)} has scopes that are not declared: ${quotedList(more)}`, PULUMI_UP)]),
  ];
}

/** Examines the web application alone. */
export function examineWeb(
  input: CheckInput,
  look: (web: FoundApplication, declared: Customers) => readonly Observation[],
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
      const others = [...web.redirectUris, ...web.otherRedirectUris].filter((uri) => !declared.includes(uri));
      return okUnless(
        [
          ...(missing.length === 0 ? [] : [failure(`sign-ins can't come back to ${quotedList(missing)}`, PULUMI_UP)]),
          ...(others.length === 0
            ? []
            : [failure(`sign-ins may come back to undeclared addresses: ${quotedList(others)}`, PULUMI_UP)]),
          ...(web.implicitTokens.length === 0
            ? []
            : [failure(`it takes tokens without a code: ${quotedList(web.implicitTokens)}`, PULUMI_UP)]),
        ],
        `${declared.length} redirect URIs are as declared`,
      );
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
    const { consents, api } = facts;
    return examine(together({ consents, api, stepUp: stepUpOf(facts) }), ({ consents: given, ...found }) => {
      const apis = apisOf(declared, found);
      const principals = apis.map((one) => one.found?.servicePrincipalId);
      const ofOthers = given.filter(({ resourceId }) => !principals.includes(resourceId));
      const missing = [
        ...apis.flatMap((one) =>
          without(
            one.scopes,
            given.filter(({ resourceId }) => resourceId === one.found?.servicePrincipalId),
          ),
        ),
        ...without(OF_GRAPH, ofOthers),
      ];
      return okUnless(
        missing.length === 0
          ? []
          : [failure(`consent is missing for ${quotedList(missing)}, and customers can't give it`, PULUMI_UP)],
        `consent is given to ${quotedList([...apis.flatMap((one) => one.scopes), ...OF_GRAPH])}`,
      );
    });
  },
};

const OF_GRAPH = ['openid', 'offline_access'];

function without(wanted: readonly string[], consents: readonly Consent[]): readonly string[] {
  return wanted.filter((scope) => !consents.some(({ scopes: granted }) => granted.includes(scope)));
}
