import type { FoundApplication } from '../../clouds/facts/application-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import { declaredOfCustomers } from '../../clouds/facts/ways-in';
import type { CustomersWords } from '../../estate/sections/customers/schema';
import { type ApplicationChoice, type ChosenApplications, chooseApplications, listChosen } from './choose-applications';
import { flowWords } from './flow-words';
import { type EntraLeft, left } from './left';
import { redirectWords } from './redirect-words';
import type { Words } from './saml-words';
import { acceptedWords, type Decided, type Decisions, NO_DECISIONS, openWays, waysLeft } from './ways-left';

export interface CustomersWordsOptions {
  readonly choice: ApplicationChoice;
  /** Origins that the web application is known to answer to. @default nothing says which */
  readonly hosts?: readonly string[] | undefined;
  /** @default nothing was decided */
  readonly decisions?: Decisions | undefined;
  /** The day in UTC. */
  readonly day: string;
  /** Id that a deployment gives a scope, by its full name. */
  readonly scopeId: (fullName: string) => string;
}

/** Period of the secrets that the stack is to make, once it makes its own. */
const PERIOD = 'P180D';
const ONMICROSOFT = /^https:\/\/([a-z0-9]+)\.onmicrosoft\.com(\/|$)/;

/** The section of an estate that says what a directory of customers has. @throws Error where that takes a choice */
export function customersWords(tenant: CustomersTenant, options: CustomersWordsOptions): Words<CustomersWords> {
  const chosen = chooseApplications(tenant, options.choice);
  const { web, api, stepUp } = chosen;
  const { day, decisions = NO_DECISIONS } = options;
  const directory = directoryOf(tenant, api);
  const [addresses, flows] = [redirectWords(web.redirectUris, options.hosts), flowWords(tenant, web.appId)];
  const usual = `https://${directory}.onmicrosoft.com/api`;
  const identifierUri = identifierOf(api);
  const scopes = [api, ...(stepUp ? [stepUp.application] : [])].flatMap((owner) => scopeWords(owner, options));
  return {
    words: {
      ...(tenant.type !== 'b2c' && { directoryType: tenant.type }),
      directory,
      tenantId: tenant.tenantId,
      apiApplication: {
        displayName: api.displayName,
        ...(identifierUri !== usual && { identifierUri }),
        scopes,
        ...acceptedWords(decisions, 'api'),
      },
      webApplication: {
        displayName: web.displayName,
        ...addresses.words,
        clientSecret: { start: day, period: PERIOD },
        ...acceptedWords(decisions, 'web'),
      },
      userFlows: flows.words,
      ...(stepUp && { stepUp: { ...stepUpWords(stepUp, identifierUri), ...acceptedWords(decisions, 'stepUp') } }),
    },
    left: [
      ...applicationsLeft(tenant, chosen),
      ...waysOf(tenant, chosen, { decisions, day }),
      ...addresses.left,
      ...flows.left,
    ],
  };
}

function stepUpWords(
  { application, policy }: NonNullable<ChosenApplications['stepUp']>,
  ofApi: string,
): NonNullable<CustomersWords['stepUp']> {
  const identifierUri = identifierOf(application);
  return {
    displayName: application.displayName,
    ...(identifierUri !== `${ofApi}-step-up` && { identifierUri }),
    scopes: application.scopes.map(({ value }) => value),
    policy,
  };
}

/** First label of the initial domain. @throws Error if neither the API nor the directory says it */
function directoryOf({ initialDomain }: CustomersTenant, api: FoundApplication): string {
  const uri = api.identifierUris.map((one) => ONMICROSOFT.exec(one)?.[1]).find((label) => label !== undefined);
  if (uri !== undefined) return uri;
  if (initialDomain.state === 'known') return initialDomain.value.replace(/\.onmicrosoft\.com$/, '');
  const why =
    initialDomain.state === 'denied' ? `the identity lacks ${initialDomain.permission}` : initialDomain.reason;
  throw new Error(`can't tell the initial domain of the directory: ${why}`);
}

function identifierOf({ identifierUris, displayName }: FoundApplication): string {
  const uri = identifierUris.find((one) => ONMICROSOFT.test(one)) ?? identifierUris[0];
  if (uri !== undefined) return uri;
  throw new Error(`the application '${displayName}' has no identifier URI, by which others would call it`);
}

function scopeWords(
  owner: FoundApplication,
  { scopeId }: CustomersWordsOptions,
): CustomersWords['apiApplication']['scopes'] {
  const uri = identifierOf(owner);
  return owner.scopes.map(({ id, value, displayName, description }) => ({
    value,
    ...(id !== scopeId(`${uri}/${value}`) && { id }),
    displayName: displayName === '' ? value : displayName,
    description: description === '' ? value : description,
  }));
}

const AUDIENCES = { b2c: 'AzureADandPersonalMicrosoftAccount', 'external-id': 'AzureADMyOrg' } as const;

function applicationsLeft({ applications, type }: CustomersTenant, chosen: ChosenApplications): readonly EntraLeft[] {
  const { web } = chosen;
  const ours = listChosen(chosen);
  const others = applications.filter((one) => !ours.includes(one));
  const wrong = ours.filter(({ audience }) => audience !== AUDIENCES[type]);
  return [
    ...ours.flatMap((one) => left('decide', ...openWays(one).map((way) => `'${one.displayName}': ${way}`))),
    ...left('secret', `client secrets of '${web.displayName}' (${web.secrets.length})`),
    ...left('application', ...others.map(({ displayName, appId }) => `${displayName} (${appId})`)),
    ...left(
      'decide',
      ...wrong.map((one) => `'${one.displayName}' is for ${one.audience}, and would be for ${AUDIENCES[type]}`),
    ),
    ...ours.flatMap(({ displayName, identifierUris }) =>
      left(
        'would-change',
        ...identifierUris.slice(1).map((uri) => `'${displayName}' would lose the identifier ${uri}`),
      ),
    ),
  ];
}

/** Ways into the applications, whose consents go from the web application to the scopes of the others. */
function waysOf(
  { trusts }: CustomersTenant,
  { web, api, stepUp }: ChosenApplications,
  decided: Pick<Decided, 'decisions' | 'day'>,
): readonly EntraLeft[] {
  const scopes = [api, ...(stepUp ? [stepUp.application] : [])].flatMap((one) => one.scopes.map(({ value }) => value));
  const { ofWeb, ofApi } = declaredOfCustomers(
    {
      api: api.servicePrincipalId,
      web: web.servicePrincipalId,
      stepUp: stepUp?.application.servicePrincipalId,
    },
    scopes,
  );
  const look = (
    { objectId, displayName }: FoundApplication,
    application: Decided['application'],
    powers: Decided['powers'],
  ): readonly EntraLeft[] => {
    const trust = trusts.get(objectId);
    if (trust === undefined) return left('denied', `ways into '${displayName}': not read`);
    return waysLeft(displayName, trust, { ...decided, application, powers });
  };
  return [
    ...look(web, 'web', ofWeb),
    ...look(api, 'api', ofApi),
    ...(stepUp ? look(stepUp.application, 'stepUp', ofApi) : []),
  ];
}
