import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import { declaredPowers } from '../../clouds/facts/ways-in';
import { otherFields } from '../../estate/records/flow-attributes';
import { flowEntry, flowName, type FoundFlow } from '../../estate/records/flow-properties';
import { implicitTokensOf, redirectUrisOf } from '../../estate/sections/customers/customers';
import type { CustomersWords } from '../../estate/sections/customers/schema';
import { CALLBACK, DEFAULT_CALLBACKS } from '../../estate/sections/limits';
import { compareText } from '../../estate/source/finding';
import { flagIn, type Inputs, numberIn, textIn, textsIn } from '../../estate/source/inputs';
import { type ApplicationChoice, chooseApplications, type ChosenApplications, listChosen } from './choose-applications';
import {
  acceptedWords,
  type Decided,
  type Decisions,
  type EntraLeft,
  left,
  NO_DECISIONS,
  openWays,
  waysLeft,
} from './left';
import type { Words } from './saml-words';

interface WebAddresses {
  readonly hosts: string[];
  readonly callbacks?: Callbacks;
}

interface Callbacks {
  readonly signIn: string;
  readonly stepUp: string;
  readonly signOut?: string;
}

/**
 * Hosts and callbacks that make the redirect URIs. An estate has up to three paths, on every host. Whoever has an address gets sign-ins: of
 * the hosts, the estate takes over those that are declared, and all others are to be decided.
 *
 * @param declared origins that are known to be the application's; undefined where nothing says which are
 */
export function redirectWords(all: readonly string[], declared?: readonly string[]): Words<WebAddresses> {
  const strangers = declared === undefined ? [] : all.filter((uri) => !declared.includes(originOf(uri)));
  const uris = all.filter((uri) => !strangers.includes(uri));
  const urls = uris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri));
  const hosts = [...new Set(urls.map(({ origin }) => origin))];
  const callbacks = callbacksOf([...new Set(urls.map(({ pathname }) => pathname))]);
  const made = redirectUrisOf({ hosts: hosts.map((origin) => ({ origin })), callbacks });
  const { signIn, stepUp, signOut } = callbacks;
  const isDefault = signIn === DEFAULT_CALLBACKS.signIn && stepUp === DEFAULT_CALLBACKS.stepUp && signOut === undefined;
  return {
    words: { hosts, ...(!isDefault && { callbacks }) },
    left: [
      ...left('decide', ...strangers.map((uri) => `redirect URI ${uri}: no application of the estate declares it`)),
      ...left(
        'decide',
        ...(declared === undefined ? externalHosts(uris) : []).map(
          (host) => `sign-ins go to ${host}, which the estate now declares`,
        ),
      ),
      ...left(
        'would-change',
        ...uris.filter((uri) => !made.includes(uri)).map((uri) => `redirect URI ${uri} would be removed`),
      ),
      ...left(
        'would-change',
        ...made.filter((uri) => !uris.includes(uri)).map((uri) => `redirect URI ${uri} would be added`),
      ),
    ],
  };
}

/** Origins of addresses that are not of the machine of whoever develops. */
export function externalHosts(uris: readonly string[]): readonly string[] {
  return [...new Set(uris.map(originOf))].filter((origin) => !/^https?:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(origin));
}

function originOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).origin : uri;
}

const STEP_UP_PATH = /mfa|step/i;

const SIGN_OUT_PATH = /sign-?(ed-?)?out|log-?(ged-?)?out/i;

/** That of a sign-out says so. Of two others the one of the second factor says so, or else is the longer one. */
function callbacksOf(paths: readonly string[]): Callbacks {
  const usable = paths.filter((path) => CALLBACK.test(path)).toSorted((a, b) => rank(a) - rank(b));
  const signOut = usable.find((path) => SIGN_OUT_PATH.test(path));
  const [signIn = DEFAULT_CALLBACKS.signIn, stepUp = `${signIn}/mfa`] = usable.filter((path) => path !== signOut);
  return { signIn, stepUp, ...(signOut !== undefined && { signOut }) };
}

function rank(path: string): number {
  return path.length + (STEP_UP_PATH.test(path) ? 1_000 : 0);
}

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
  const frontChannel = frontChannelWords(web, tenant.type, addresses.words.hosts);
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
        ...frontChannel.words,
        ...(hasImplicitGrant(web, tenant.type) && { implicitGrant: true }),
        clientSecret: { start: day, period: PERIOD },
        ...acceptedWords(decisions, 'web'),
      },
      userFlows: flows.words,
      ...(stepUp && { stepUp: { ...stepUpWords(stepUp, identifierUri), ...acceptedWords(decisions, 'stepUp') } }),
    },
    left: [
      ...applicationsLeft(tenant, chosen, decisions),
      ...waysOf(tenant, chosen, { decisions, day }),
      ...[addresses, frontChannel, flows].flatMap((one) => one.left),
    ],
  };
}

/** A front-channel logout URL as a deployment makes it: in External ID, on the first host. */
function frontChannelWords(
  { logoutUrl }: FoundApplication,
  type: CustomersTenant['type'],
  [origin = '']: readonly string[],
): Words<Pick<CustomersWords['webApplication'], 'frontChannelSignOut'>> {
  if (logoutUrl === undefined) return { words: {}, left: [] };
  const path = logoutUrl.startsWith(origin) ? logoutUrl.slice(origin.length) : '';
  return type === 'external-id' && CALLBACK.test(path)
    ? { words: { frontChannelSignOut: path }, left: [] }
    : { words: {}, left: left('would-change', `front-channel logout URL ${logoutUrl} would be removed`) };
}

/** The grant as a deployment makes it; any other is left to be decided. */
function hasImplicitGrant({ implicitTokens }: FoundApplication, directoryType: CustomersTenant['type']): boolean {
  const made = implicitTokensOf(directoryType, { implicitGrant: true });
  return made.length === implicitTokens.length && made.every((token) => implicitTokens.includes(token));
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

function applicationsLeft(
  { applications, type }: CustomersTenant,
  chosen: ChosenApplications,
  { registered: { apis, clients } }: Decisions,
): readonly EntraLeft[] {
  const { web } = chosen;
  const ours = listChosen(chosen);
  const declared = [...apis, ...clients].map(({ displayName }) => displayName);
  const others = applications.filter((one) => !ours.includes(one) && !declared.includes(one.displayName));
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
  { trusts, applications }: CustomersTenant,
  { web, api, stepUp }: ChosenApplications,
  decided: Pick<Decided, 'decisions' | 'day'>,
): readonly EntraLeft[] {
  const apis = [api, ...(stepUp ? [stepUp.application] : [])];
  const principalOf = (name: string) => applications.find((one) => one.displayName === name)?.servicePrincipalId;
  const declared = decided.decisions.registered.clients.flatMap(({ displayName, calls: all }) =>
    all.map((call) => ({ ...call, client: principalOf(displayName), api: principalOf(call.api.displayName) })),
  );
  const own = apis.map(({ servicePrincipalId, scopes }) => ({
    ...{ client: web.servicePrincipalId, api: servicePrincipalId },
    ...{ scopes: scopes.map(({ value }) => value), roles: [] },
  }));
  const look = (
    { objectId, displayName, servicePrincipalId }: FoundApplication,
    application: Decided['application'],
  ): readonly EntraLeft[] => {
    const trust = trusts.get(objectId);
    if (trust === undefined) return left('denied', `ways into '${displayName}': not read`);
    return waysLeft(displayName, trust, {
      ...decided,
      application,
      powers: declaredPowers(servicePrincipalId, [...own, ...declared]),
    });
  };
  return [...look(web, 'web'), ...look(api, 'api'), ...(stepUp ? look(stepUp.application, 'stepUp') : [])];
}

type Entry = CustomersWords['userFlows'][number];
type Use = Entry['use'];

/** Version of the flows that a deployment makes. */
const VERSION = 3;
const STEP_UP = /mfa|step.?up|2fa/i;
const USES: readonly Use[] = ['signIn', 'stepUp', 'profileEdit', 'passwordReset'];

/** The user flows of a directory by what applications use them for, which names and types tell. */
function flowWords({ type, flows }: CustomersTenant, webClientId: string): Words<Entry[]> {
  const usable = flows.filter((flow) =>
    type === 'b2c' ? versionOf(flow.inputs) === VERSION : textsIn(flow.inputs, 'applications').includes(webClientId),
  );
  const chosen =
    type === 'b2c' ? byUse(usable) : new Map<Use, FoundFlow>(usable.slice(0, 1).map((flow) => ['signIn', flow]));
  const taken = new Set(chosen.values());
  const others = flows.filter((flow) => !taken.has(flow)).map((flow) => describe(flow, type));
  const words = USES.flatMap((use) => {
    const flow = chosen.get(use);
    return flow === undefined ? [] : [entryOf(flow, use)];
  });
  return { words, left: [...left('flow', ...others), ...[...taken].flatMap((flow) => leftOf(flow, type))] };
}

/** A flow of External ID has no version. */
const versionOf = (inputs: Inputs): number => numberIn(inputs, 'userFlowTypeVersion') ?? 0;

function byUse(flows: readonly FoundFlow[]): ReadonlyMap<Use, FoundFlow> {
  const sorted = flows.toSorted((a, b) => compareText(flowName(a.inputs), flowName(b.inputs)));
  const ofType = (...types: readonly string[]): readonly FoundFlow[] =>
    sorted.filter(({ inputs }) => types.includes(textIn(inputs, 'userFlowType') ?? ''));
  const signIns = ofType('signUpOrSignIn', 'signIn');
  const plain = signIns.filter(({ inputs }) => !STEP_UP.test(flowName(inputs)));
  const signIn = plain[0] ?? signIns[0];
  const stepUp = signIns.find((flow) => flow !== signIn && STEP_UP.test(flowName(flow.inputs)));
  const entries: readonly (readonly [Use, FoundFlow | undefined])[] = [
    ['signIn', signIn],
    ['stepUp', stepUp],
    ['profileEdit', ofType('profileUpdate')[0]],
    ['passwordReset', ofType('passwordReset')[0]],
  ];
  return new Map(entries.flatMap(([use, flow]) => (flow === undefined ? [] : [[use, flow] as const])));
}

function entryOf({ inputs }: FoundFlow, use: Use): Entry {
  const { type, identityProviders = [], ...rest } = flowEntry(inputs);
  if (type === undefined) throw new Error(`the user flow '${flowName(inputs)}' has no type`);
  // Nothing else makes a flow one for the second factor.
  const factor = use === 'stepUp' && { multifactor: { state: 'on' as const } };
  return { id: flowName(inputs), type, use, ...factor, ...rest, identityProviders };
}

function describe({ inputs }: FoundFlow, kind: CustomersTenant['type']): string {
  const [name, type, version] = [flowName(inputs), textIn(inputs, 'userFlowType') ?? '', versionOf(inputs)];
  if (kind === 'external-id') return `${name}, which the web application does not show`;
  return version === VERSION
    ? `${name} (${type})`
    : `${name} (${type}, version ${version}; the estate has version ${VERSION})`;
}

function leftOf({ inputs }: FoundFlow, kind: CustomersTenant['type']): readonly EntraLeft[] {
  if (kind === 'external-id') return [];
  const name = flowName(inputs);
  const hasLanguages = flagIn(inputs, 'isLanguageCustomizationEnabled') === true;
  return [
    ...left('by-hand', `${name}: second factor and claims`),
    ...left('would-change', ...otherFields(inputs).map((field) => `${name} asks for ${field}`)),
    ...(hasLanguages ? left('by-hand', `${name}: its languages and the texts of its pages, which stay`) : []),
  ];
}
