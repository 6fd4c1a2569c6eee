import { z } from 'zod';
import { isWebPath } from '../../../../apps/service/web-paths';
import { located, locatedTexts } from '../../source/located';
import { parseIsoDays } from '../durations';
import { APPLICATION_NAME, CALLBACK, CLIENT_SECRET_DAYS, DEFAULT_CALLBACKS, GUID, SCOPE_VALUE_LENGTH } from '../limits';
import { masked } from '../shared/issue';
import {
  Accepted,
  calendarDay,
  formed,
  holding,
  matching,
  Name,
  once,
  parsed,
  type Ruled,
  sized,
  sound,
  titled,
  type Words,
} from '../shared/rules';

/** Kinds of applications, by how they prove who they are and where a sign-in comes back to. */
export const CLIENT_KINDS = ['web', 'singlePage', 'native', 'daemon'] as const;

/** Microsoft Graph, 'permissionScope resource type': characters of a value. */
const SCOPE_VALUE = /^[A-Za-z0-9!#$%&'()*+,\-./:;=?@[\]^_{}~]+$/;

/** OpenID Connect Core and Entra have a meaning of their own for them. */
const RESERVED_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];

/** Fault of a scope's value, which stands in tokens. */
function faultOfScope(value: string): Words | undefined {
  const problem = scopeProblem(value);
  if (problem === undefined) return undefined;
  const allowed = `at most ${SCOPE_VALUE_LENGTH} letters, digits and punctuation marks, not beginning with a dot: Accounts.Read`;
  return { problem, allowed };
}

function scopeProblem(value: string): string | undefined {
  if (value.length > SCOPE_VALUE_LENGTH) return `is ${value.length} characters long`;
  if (value.startsWith('.')) return 'begins with a dot';
  if (RESERVED_SCOPES.includes(value.toLowerCase())) return 'is a scope of OpenID Connect';
  const bad = [...value].find((character) => !SCOPE_VALUE.test(character));
  return bad === undefined ? undefined : `contains ${JSON.stringify(bad)}, which is not allowed in a scope`;
}

/** Fault of a period of the client secret. */
function faultOfPeriod(text: string): Words | undefined {
  const { min, max } = CLIENT_SECRET_DAYS;
  const days = parseIsoDays(text) ?? min;
  const allowed = `P${min}D to P${max}D`;
  if (days < min) return { problem: `is shorter than ${min} days`, allowed };
  return days > max ? { problem: `is longer than ${max} days`, allowed } : undefined;
}

const ORIGIN = 'an https origin such as https://claims.example.com, or http://localhost with a port';

/** The form of such an origin, for the JSON Schema. */
const HOST = String.raw`^(?:https:\/\/|http:\/\/(?=(?:localhost|127\.0\.0\.1)(?::\d+)?$))[^/*?#\s]+$`;

/** Origins where the web application runs, each once. */
const Hosts = z
  .array(
    Name.meta({
      ...sound('host', faultOfHost, { show: masked }),
      ...formed(HOST, { problem: 'is not a valid origin', allowed: ORIGIN }),
    }),
  )
  .meta(once('duplicate-host', { allowed: 'each host once' }));

function faultOfHost(origin: string): Words | undefined {
  if (origin.includes('*')) return { problem: 'contains a wildcard', allowed: 'every host by its own name' };
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    return { problem: 'is not a valid origin', allowed: ORIGIN };
  const isOwnMachine = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol === 'http:' && !isOwnMachine) return { problem: 'is not https', allowed: ORIGIN };
  if (url.origin === origin) return undefined;
  return { problem: 'must be a plain origin', allowed: `did you mean '${url.origin}'?` };
}

const CALLBACK_PATH: Ruled = {
  ...sound('callback', (path) => {
    if (!CALLBACK.test(path) || new URL(path, 'https://x').pathname !== path) {
      const allowed = 'a path such as /auth/callback: segments of letters, digits and ._~-';
      return { problem: 'is not a valid redirect URI path', allowed };
    }
    if (!isWebPath(path)) return undefined;
    const allowed = 'a path that the web has no page at, such as /auth/callback';
    return { problem: 'is a page of the web application', allowed };
  }),
  pattern: CALLBACK.source,
};

/**
 * Microsoft Entra, 'Validation differences by supported account types': the column of
 * `AzureADandPersonalMicrosoftAccount`, the audience of every application in a B2C directory.
 */
const B2C_APPLICATION_NAME_LENGTH = 90;

/** Permissions that an application may ask of one API. */
const SCOPE_COUNT = 30;

export const DisplayName = Name.meta(titled(B2C_APPLICATION_NAME_LENGTH));

const ScopeEntry = located(
  z.strictObject({
    value: Name.meta({
      description: 'Its name in tokens, such as `Accounts.Read`. Another value is another scope.',
      maxLength: SCOPE_VALUE_LENGTH,
      ...sound('scope-value', faultOfScope),
    }),
    id: Name.meta({
      description:
        'Id that the directory has of it, where it was not made by this estate. Without it, one made of its name.',
      ...matching('scope-id', GUID, { problem: 'is not a valid id', allowed: 'a GUID' }),
    }).exactOptional(),
    displayName: Name.describe('Short text that people read when they consent.'),
    description: Name.describe('Sentence that people read when they consent.'),
  }),
);

const Scopes = z
  .array(ScopeEntry)
  .meta({
    description: 'Delegated permissions that the API defines: an application has them for the person who signed in.',
    ...sized(
      'too-many-scopes',
      { max: SCOPE_COUNT },
      {
        problem: (count) => `${count} scopes, more than an application can ask for`,
        allowed: `at most ${SCOPE_COUNT}`,
      },
    ),
  })
  .meta(once('duplicate-scope', { key: 'value', problem: 'is the value of two scopes', allowed: 'each value once' }));

const API_KEYS = {
  displayName: DisplayName.describe('Name of the registration.'),
  roles: z
    .array(ScopeEntry)
    .meta({
      description: 'Application permissions that the API defines (app roles): a daemon has them without a person.',
      ...once('duplicate-scope', { key: 'value', problem: 'is the value of two roles', allowed: 'each value once' }),
    })
    .default([]),
  accepted: Accepted,
};

export const ApiApplicationEntry = located(
  z.strictObject({
    ...API_KEYS,
    identifierUri: Name.describe(
      'Application ID URI, the prefix of every scope. Without it, `https://<directory>.onmicrosoft.com/api`.',
    ).exactOptional(),
    scopes: Scopes.min(1, { error: 'is empty' }),
  }),
).describe('The application that stands for the hosted API. Its name in `calls` is `api`.');

/** Names that the hosted applications have. */
const RESERVED_NAMES: readonly string[] = ['api', 'web'];

const ApplicationName = Name.meta({
  description:
    'Name in the estate, which never changes: another one makes another application, with another client id.',
  ...matching('application-name', APPLICATION_NAME, {
    problem: 'is not a valid name of an application',
    allowed: '1 to 40 letters and digits, a small letter first, such as partnerPortal',
  }),
}).meta(
  holding('application-name', (name) => !RESERVED_NAMES.includes(name), {
    problem: 'is the name of a hosted application',
    allowed: 'another name than api and web, which apiApplication and webApplication have',
  }),
);

export const ApiEntry = located(
  z.strictObject({
    name: ApplicationName,
    ...API_KEYS,
    identifierUri: Name.describe(
      'Application ID URI, the prefix of every scope. Without it, `https://<directory>.onmicrosoft.com/<name>`.',
    ).exactOptional(),
    scopes: Scopes.default([]),
  }),
).describe('A registration that stands for an API.');

const PERIOD = `ISO 8601 days, from P${CLIENT_SECRET_DAYS.min}D to P${CLIENT_SECRET_DAYS.max}D`;

const SecretRotationEntry = located(
  z.strictObject({
    start: Name.meta({
      description: 'First day of the first period, in UTC.',
      ...calendarDay('secret-rotation'),
      examples: ['2026-01-01'],
    }),
    period: z
      .string()
      .meta({
        description: `${PERIOD}. A secret is made for every period and lives for two.`,
        ...formed('^P0{0,2}(?:[3-9]\\d|[12]\\d{2}|3[0-5]\\d|36[0-5])D$', {
          problem: 'is not a valid number of days',
          allowed: PERIOD,
        }),
        ...sound('secret-rotation', faultOfPeriod),
        examples: ['P180D'],
      })
      .transform(parsed(parseIsoDays, { problem: 'is not a valid number of days', allowed: PERIOD })),
  }),
)
  .transform(({ period, ...rotation }) => ({ ...rotation, periodDays: period }))
  .describe('Rotation of the client secret. The secrets of two periods overlap.');

export const WebApplicationEntry = located(
  z.strictObject({
    displayName: DisplayName.describe('Name of the registration, and what people read when they consent.'),
    hosts: locatedTexts(Hosts.min(1, { error: 'is empty' }), 'origin').describe(
      'Origins where it runs: https, or http on your own machine (`http://localhost:5000`).',
    ),
    callbacks: z
      .strictObject({
        signIn: Name.meta({
          description: 'Path where a sign-in comes back to.',
          ...CALLBACK_PATH,
        }).default(DEFAULT_CALLBACKS.signIn),
        stepUp: Name.meta({
          description: 'Path where the second factor comes back to.',
          ...CALLBACK_PATH,
        }).default(DEFAULT_CALLBACKS.stepUp),
        signOut: Name.meta({
          description: 'Path where a sign-out comes back to. Without it, a registered address of the others.',
          ...CALLBACK_PATH,
        }).exactOptional(),
      })
      .describe('Paths of the redirect URIs on every host.')
      .prefault({}),
    frontChannelSignOut: Name.meta({
      description:
        'External ID only: path on the first host that the directory loads in a hidden frame, with the session as `sid`, when somebody signs out (front-channel logout URL).',
      ...CALLBACK_PATH,
    }).exactOptional(),
    implicitGrant: z
      .boolean()
      .describe(
        'Whether it gets id tokens without a code (response types `id_token` and `code id_token`), which applications on ASP.NET often request. In B2C that lets access tokens out too.',
      )
      .default(false),
    clientSecret: SecretRotationEntry,
    accepted: Accepted,
  }),
).describe('The web application: it signs people in and calls the API for them.');

const CallEntry = located(
  z.strictObject({
    api: Name.describe('Name of one of `customers.apis`, or `api`: the hosted one.'),
    scopes: z.array(Name).describe('Values of its scopes, for the person who signed in.').default([]),
    roles: z.array(Name).describe('Values of its roles, which the application has without a person.').default([]),
  }),
);

export const ClientEntry = located(
  z.strictObject({
    name: ApplicationName,
    kind: z
      .enum(CLIENT_KINDS)
      .describe(
        '`web`: on a server, with a client secret. `singlePage`: in a browser. `native`: on a phone or desktop. `daemon`: on a server without people, with a client secret.',
      ),
    displayName: DisplayName.describe('Name of the registration, and what people read when they consent.'),
    redirectUris: locatedTexts(
      z.array(Name).meta(once('application-redirect-uri', { allowed: 'each address once' })),
      'uri',
    )
      .describe(
        'Addresses where a sign-in comes back to. `web` and `singlePage`: https, or http on your own machine. `native`: also a scheme of its own, such as `com.example.claims://auth`.',
      )
      .exactOptional(),
    frontChannelSignOut: Name.describe(
      'External ID only: address of a `web` or `singlePage` application that the directory loads in a hidden frame when somebody signs out.',
    ).exactOptional(),
    implicitGrant: z
      .boolean()
      .describe('`web` only: whether it gets id tokens without a code. In B2C that lets access tokens out too.')
      .default(false),
    calls: z
      .array(CallEntry)
      .meta({
        description:
          'Permissions that it has at APIs. An administrator consents for everybody, since customers cannot.',
        ...once('application-call', { key: 'api', allowed: 'each API once, with all its scopes and roles' }),
      })
      .default([]),
    clientSecret: SecretRotationEntry.exactOptional(),
    accepted: Accepted,
  }),
).describe('An application that this estate registers and does not host.');
