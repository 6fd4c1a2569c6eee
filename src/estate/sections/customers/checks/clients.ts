import { quotedList } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import { error, type Issues, masked, placed, unknownNames } from '../../shared/issue';
import type { ClientEntry, ClientKind, DeclaredApi } from '../customers';

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
