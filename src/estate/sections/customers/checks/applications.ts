import { isSamePath } from '../../../../../apps/service/web-paths';
import { duplicates, error, type Issues, masked, placed, unknownNames, valuesOf } from '../../shared/issue';
import {
  type ApiApplication,
  apisOf,
  type ClientEntry,
  type ClientKind,
  clientsOf,
  type CustomersParts,
  type DeclaredApi,
  type DeclaredClient,
  type DirectoryType,
  type StepUp,
  type WebApplication,
} from '../customers';
import { quotedList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';

const IDENTIFIER_URI_LENGTH = 120;

/** Microsoft Entra, 'Redirect URI (reply URL) restrictions and limitations', with personal accounts. */
const REDIRECT_URI_COUNT = 100;

const REDIRECT_URI_LENGTH = 256;

/** The applications of the customers, as far as they could be read; `isWhole` tells whether every API could. */
export function* checkApplications(parts: CustomersParts, isWhole: boolean): Issues {
  const { directory, webApplication: web } = parts;
  const [apis, clients] = [apisOf(parts), clientsOf(parts)];
  if (directory !== undefined) for (const api of apis) yield* checkIdentifierUri(api, directory);
  for (const api of apis) yield* checkRoles(api);
  if (web !== undefined) yield* checkCallbacks(web);
  for (const client of clients) yield* checkAddresses(client, parts.directoryType);
  for (const entry of parts.applications) {
    yield* checkKind(entry);
    yield* checkRedirectUris(entry);
    if (isWhole) yield* checkCalls(entry, apis);
  }
  yield* checkNames(apis, clients);
}

/** Names by which applications, their resources and their scopes are told apart. */
function* checkNames(apis: readonly DeclaredApi[], clients: readonly DeclaredClient[]): Issues {
  const all = [...apis, ...clients];
  const twice = 'is the name of two applications';
  yield* duplicates('application-name', valuesOf(all, 'name'), {
    problem: twice,
    allowed: 'a different name for each',
  });
  // The program makes no second application of a name that the directory has, so that a lost state is noticed.
  const shown = { problem: twice, allowed: 'a different name for each' };
  yield* duplicates('duplicate-application-name', valuesOf(all, 'displayName'), shown);
  yield* duplicates('duplicate-identifier-uri', valuesOf(apis, 'identifierUri'), {
    problem: 'is the identifier URI of two APIs: the directory takes it once',
    allowed: 'a different one for each',
  });
}

/** A value stands in tokens for one permission: a role of the value of a scope would be granted where the other is meant. */
function* checkRoles({ scopes, roles }: DeclaredApi): Issues {
  for (const { at, value } of roles) {
    const twin = scopes.find((scope) => scope.value === value);
    if (twin === undefined) continue;
    const related = [[...twin.at, 'value']];
    const words = { problem: 'is the value of a scope too', allowed: 'a different value for each', related };
    yield error('duplicate-scope', [...at, 'value'], { value, ...words });
  }
}

/** An Application ID URI in the domain of the directory. */
function* checkIdentifierUri({ at, identifierUri }: DeclaredApi, directory: string): Issues {
  const base = `https://${directory}.onmicrosoft.com`;
  const problem = identifierUriProblem(identifierUri, base);
  const allowed = `${base}/<path>, ${IDENTIFIER_URI_LENGTH} characters at most`;
  if (problem !== undefined)
    yield error('identifier-uri', [...at, 'identifierUri'], { value: identifierUri, problem, allowed });
}

function identifierUriProblem(uri: string, base: string): string | undefined {
  if (uri.startsWith('api://'))
    return 'would contain the application id, which is unknown until the application exists';
  if (!uri.startsWith(base)) return 'is not in the domain of the directory';
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(uri.slice(base.length)))
    return 'must end in a path of letters, digits and ._~-';
  return uri.length > IDENTIFIER_URI_LENGTH ? `is ${uri.length} characters long` : undefined;
}

/** The paths of the web application: each tells a flow from the others. */
function* checkCallbacks({ at, callbacks }: WebApplication): Issues {
  if (isSamePath(callbacks.signIn, callbacks.stepUp))
    yield error('duplicate-callback', [...at, 'callbacks', 'stepUp'], {
      value: callbacks.stepUp,
      problem: 'is also the callback of the sign-in',
      allowed: 'a different path: the two tell the flows apart',
    });
  const others = [callbacks.signIn, callbacks.stepUp];
  if (callbacks.signOut !== undefined && others.some((path) => isSamePath(path, callbacks.signOut ?? path)))
    yield error('duplicate-callback', [...at, 'callbacks', 'signOut'], {
      value: callbacks.signOut,
      problem: 'is also the callback of a sign-in',
      allowed: 'a different path, or none: a sign-out may come back to any of them',
    });
}

/** Addresses of an application as a directory counts them. */
function* checkAddresses(client: DeclaredClient, directoryType: DirectoryType): Issues {
  const { at, isHosted, redirectUris: uris, logoutUrl } = client;
  // The hosted web has an address of each callback on each host.
  const place = [...at, isHosted ? 'hosts' : 'redirectUris'];
  if (logoutUrl !== undefined && directoryType === 'b2c')
    yield error('front-channel-directory', [...at, 'frontChannelSignOut'], {
      value: logoutUrl,
      problem:
        'is never loaded by a user flow of B2C: an application stays signed in when somebody signs out elsewhere',
      allowed: 'directoryType: external-id',
    });
  if (uris.length > REDIRECT_URI_COUNT) {
    const problem = `make ${uris.length} redirect URIs`;
    yield error('too-many-redirect-uris', place, { problem, allowed: `at most ${REDIRECT_URI_COUNT}` });
  }
  const long = uris.find((uri) => uri.length > REDIRECT_URI_LENGTH);
  if (long !== undefined)
    yield error('redirect-uri-length', place, {
      value: long,
      problem: `makes a redirect URI of ${long.length} characters`,
      allowed: `at most ${REDIRECT_URI_LENGTH}`,
    });
}

/** The scopes with a second factor: External ID alone has them in an application of their own. */
export function* checkStepUp({ stepUp, directoryType, apiApplication: api }: CustomersParts): Issues {
  if (stepUp === undefined) return;
  const { at } = stepUp;
  if (directoryType === 'b2c') {
    yield error('step-up-directory', at, {
      aboutKey: true,
      problem: 'is for External ID; a B2C directory asks for the second factor by a user flow',
      allowed: 'a user flow with use: stepUp, or directoryType: external-id',
    });
    return;
  }
  if (api !== undefined) yield* checkScopes(stepUp, api);
}

function* checkScopes({ at, scopes }: StepUp, api: ApiApplication): Issues {
  const known = api.scopes.map(({ value }) => value);
  const problem = 'is not a scope of customers.apiApplication';
  yield* unknownNames('step-up-scope', placed(scopes, [...at, 'scopes']), { problem, known, things: 'scopes' });
  if (known.every((value) => scopes.includes(value)))
    yield error('step-up-scopes', [...at, 'scopes'], {
      problem: 'include every scope of the API: no one could read without a second factor',
      allowed: 'some of customers.apiApplication.scopes',
    });
}

type Key = 'redirectUris' | 'frontChannelSignOut' | 'implicitGrant' | 'clientSecret' | 'scopes' | 'roles';

interface Platform {
  /** Keys that an application of the kind must have. */
  readonly needs: readonly Key[];
  /** Keys that it may have besides. */
  readonly takes: readonly Key[];
  /** Reason why it has no others, in words. */
  readonly why: string;
}

/**
 * Sources: Microsoft identity platform, 'Public client and confidential client applications' and 'Redirect URI (reply URL)
 * restrictions and limitations'; Azure AD B2C, 'Set up OAuth 2.0 client credentials flow'; Microsoft Entra, 'Supported features
 * in workforce and external tenants', Client credentials.
 */
const PLATFORMS: Readonly<Record<ClientKind, Platform>> = {
  web: {
    needs: ['redirectUris', 'clientSecret'],
    takes: ['frontChannelSignOut', 'implicitGrant', 'scopes', 'roles'],
    why: 'an application on a server',
  },
  singlePage: {
    needs: ['redirectUris'],
    takes: ['frontChannelSignOut', 'scopes'],
    why: 'whose code everybody can read: it keeps no secret and acts for a person alone',
  },
  native: {
    needs: ['redirectUris'],
    takes: ['scopes'],
    why: 'which is on the devices of people: it keeps no secret and acts for a person alone',
  },
  daemon: { needs: ['clientSecret'], takes: ['roles'], why: 'to which no one signs in' },
};

/** Tells whether an entry has each key; `calls` by what is called. */
function keysOf({ calls, ...entry }: ClientEntry): Readonly<Record<Key, readonly Path[]>> {
  const { at, redirectUris = [], frontChannelSignOut, implicitGrant, clientSecret } = entry;
  const under = (key: Key, isGiven: boolean): readonly Path[] => (isGiven ? [[...at, key]] : []);
  const called = (key: 'scopes' | 'roles'): readonly Path[] =>
    calls.filter((call) => call[key].length > 0).map((call) => [...call.at, key]);
  return {
    redirectUris: under('redirectUris', redirectUris.length > 0),
    frontChannelSignOut: under('frontChannelSignOut', frontChannelSignOut !== undefined),
    implicitGrant: under('implicitGrant', implicitGrant),
    clientSecret: under('clientSecret', clientSecret !== undefined),
    scopes: called('scopes'),
    roles: called('roles'),
  };
}

/** Keys that an application of its kind needs, and those that it can't have: a client secret of a public client above all. */
export function* checkKind(entry: ClientEntry): Issues {
  const { at, kind } = entry;
  const { needs, takes, why } = PLATFORMS[kind];
  const given = keysOf(entry);
  for (const key of needs)
    if (given[key].length === 0)
      yield error('application-key', at, {
        aboutKey: true,
        problem: `lacks ${key}`,
        allowed: `kind ${kind} has ${quotedList([...needs, ...takes])}`,
      });
  for (const [key, places] of Object.entries(given) as readonly (readonly [Key, readonly Path[]])[])
    for (const place of needs.includes(key) || takes.includes(key) ? [] : places)
      yield error('application-key', place, {
        aboutKey: true,
        problem: `is not for kind ${kind}, ${why}`,
        allowed: `${quotedList([...needs, ...takes])}, or another kind`,
      });
}

const OWN_MACHINE: readonly string[] = ['localhost', '127.0.0.1'];

/** Schemes that a browser runs, or reads files by: no application is behind them. */
const NO_APPLICATION = /^(?:javascript|data|vbscript|file|blob|about|ftp|wss?|mailto|tel):$/;

/** Redirect URIs and the front-channel address, by the rules of the platform. */
export function* checkRedirectUris({ at, kind, redirectUris = [], frontChannelSignOut }: ClientEntry): Issues {
  const all = redirectUris.map(({ at: place, uri }) => ({ place, uri, isNative: kind === 'native' }));
  const logout = { place: [...at, 'frontChannelSignOut'], isNative: false };
  const addresses = frontChannelSignOut === undefined ? all : [...all, { ...logout, uri: frontChannelSignOut }];
  for (const { place, uri, isNative } of addresses) {
    const problem = redirectProblem(uri, isNative);
    const secure = 'https, or http on localhost and 127.0.0.1';
    const allowed = isNative ? `${secure}, or a scheme of its own: com.example.claims://auth` : secure;
    if (problem !== undefined)
      yield error('application-redirect-uri', place, {
        value: masked(uri),
        problem,
        allowed: `${allowed}; no wildcard, query, fragment or user name`,
      });
  }
}

function redirectProblem(uri: string, isNative: boolean): string | undefined {
  if (!URL.canParse(uri)) return 'is not an address';
  const { protocol, hostname, username, password } = new URL(uri);
  if (/[*?#\s\\]/.test(uri)) return 'has a wildcard, a query, a fragment or a character that a directory refuses';
  if (username + password !== '') return 'has a user name or a password';
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:') return OWN_MACHINE.includes(hostname) ? undefined : 'is not https: others read the code';
  if (!isNative) return 'is not https: a browser would open another program';
  return NO_APPLICATION.test(protocol) ? `has the scheme ${protocol}, which no application answers to` : undefined;
}

/** APIs that an application calls, with their scopes and roles. */
export function* checkCalls({ calls }: ClientEntry, apis: readonly DeclaredApi[]): Issues {
  const known = apis.map(({ calledAs }) => calledAs);
  const names = calls.map(({ at, api }) => ({ at: [...at, 'api'], text: api }));
  const words = { problem: 'is not an API of the estate', known, things: 'APIs' };
  yield* unknownNames('application-call', names, words);
  for (const { at, api, ...asked } of calls) {
    const called = apis.filter(({ calledAs }) => calledAs === api);
    if (called.length === 0) continue;
    for (const things of ['scopes', 'roles'] as const)
      yield* unknownNames('application-call', placed(asked[things], [...at, things]), {
        problem: `is not one of the ${things} of ${api}`,
        known: called.flatMap((one) => one[things].map(({ value }) => value)),
        things,
      });
    if (asked.scopes.length + asked.roles.length === 0)
      yield error('application-call', at, { aboutKey: true, problem: 'asks for nothing', allowed: 'scopes or roles' });
  }
}
