import { z } from 'zod';
import { located, locatedTexts } from '../../source/located';
import { parseIsoDays } from '../durations';
import {
  CALLBACK,
  CLIENT_SECRET_DAYS,
  CONDITIONAL_ACCESS_NAME_LENGTH,
  DEFAULT_CALLBACKS,
  DIRECTORY_LABEL,
  DIRECTORY_TYPES,
  GUID,
  SCOPE_VALUE_LENGTH,
} from '../limits';
import {
  Accepted,
  calendarDay,
  formed,
  matching,
  Name,
  once,
  parsed,
  type Ruled,
  sized,
  sound,
  TenantId,
  titled,
  type Words,
} from '../shared/rules';
import { inAnyCase, masked } from '../shared/issue';
import {
  ApiConnectorEntry,
  CustomAttributeEntry,
  CustomExtensionEntry,
  IdentityProviderEntry,
} from './provider-schema';
import { UserFlowEntry } from './flow-schema';
import { isWebPath } from '../../../../apps/service/web-paths';

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

/** Fault of a directory's name. */
function faultOfDirectory(directory: string): Words | undefined {
  if (DIRECTORY_LABEL.test(directory)) return undefined;
  const label = directory.toLowerCase().replace('.onmicrosoft.com', '');
  const isDomain = directory.toLowerCase().endsWith('.onmicrosoft.com') && DIRECTORY_LABEL.test(label);
  return isDomain
    ? { problem: 'is the whole domain', allowed: `its first label: ${label}` }
    : {
        problem: 'is not a valid first label of an onmicrosoft.com domain',
        allowed: '1 to 27 lower-case letters and digits',
      };
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

/** ISO 3166-1 alpha-2. */
const COUNTRY_CODE = /^[A-Z]{2}$/;

/** Azure template reference, 'Microsoft.AzureActiveDirectory b2cDirectories'. */
const DIRECTORY_LOCATIONS = ['United States', 'Europe', 'Asia Pacific', 'Australia'] as const;

/**
 * Microsoft Entra, 'Validation differences by supported account types': the column of
 * `AzureADandPersonalMicrosoftAccount`, the audience of every application in a B2C directory.
 */
const B2C_APPLICATION_NAME_LENGTH = 90;

/** Permissions that an application may ask of one API. */
const SCOPE_COUNT = 30;

const DisplayName = Name.meta(titled(B2C_APPLICATION_NAME_LENGTH));

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

const ApiApplicationEntry = located(
  z.strictObject({
    displayName: DisplayName.describe('Name of the registration.'),
    identifierUri: Name.describe(
      'Application ID URI, the prefix of every scope. Without it, `https://<directory>.onmicrosoft.com/api`.',
    ).exactOptional(),
    scopes: z
      .array(ScopeEntry)
      .min(1, { error: 'is empty' })
      .meta({
        description: 'Delegated permissions that the API defines.',
        ...sized(
          'too-many-scopes',
          { max: SCOPE_COUNT },
          {
            problem: (count) => `${count} scopes, and the web application asks for all of them`,
            allowed: `at most ${SCOPE_COUNT}`,
          },
        ),
      })
      .meta(
        once('duplicate-scope', { key: 'value', problem: 'is the value of two scopes', allowed: 'each value once' }),
      ),
    accepted: Accepted,
  }),
).describe('The application that stands for the API.');

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

const WebApplicationEntry = located(
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

const StepUpEntry = located(
  z.strictObject({
    displayName: DisplayName.describe('Name of the registration that owns the scopes.'),
    identifierUri: Name.describe(
      'Its Application ID URI. Without it, that of the API application with `-step-up` at its end.',
    ).exactOptional(),
    scopes: z
      .array(Name)
      .min(1, { error: 'is empty' })
      .meta({
        description: 'Values of scopes of the API application: those that need the second factor.',
        ...once('duplicate-step-up-scope', { allowed: 'each once' }),
      }),
    policy: Name.meta({
      description: 'Name of the Conditional Access policy that asks for the second factor.',
      ...titled(CONDITIONAL_ACCESS_NAME_LENGTH),
    }),
    accepted: Accepted,
  }),
).describe('External ID only: the scopes for which people give a second factor.');

const Keys = z
  .strictObject({
    directoryType: z
      .enum(DIRECTORY_TYPES)
      .meta({
        description:
          '`b2c`: Azure AD B2C, no longer sold to new customers. `external-id`: an external tenant of Microsoft Entra External ID, its successor.',
      })
      .default('b2c')
      .meta({ inserted: 'external-id' }),
    directory: Name.meta({
      description: 'First label of the initial domain: `contosoclaims` of `contosoclaims.onmicrosoft.com`.',
      pattern: DIRECTORY_LABEL.source,
      ...sound('directory-name', faultOfDirectory),
    }),
    tenantId: TenantId.describe('Tenant id of the directory.'),
    location: z
      .enum(DIRECTORY_LOCATIONS)
      .describe('Location of the data of the directory. Needed to create it from the `azure` section.')
      .exactOptional(),
    countryCode: Name.meta({
      description: 'Country of the directory: two capital letters of ISO 3166. Needed with `location`.',
      ...matching('country-code', COUNTRY_CODE, {
        problem: 'is not a valid country code',
        allowed: 'two capital letters of ISO 3166, such as DE',
      }),
    }).exactOptional(),
    apiApplication: ApiApplicationEntry,
    webApplication: WebApplicationEntry,
    identityProviders: z
      .array(IdentityProviderEntry)
      .meta({
        description: 'Identity providers of the directory beside its own accounts, for user flows to offer.',
        ...once('identity-provider', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    attributes: z
      .array(CustomAttributeEntry)
      .meta({
        description: "User attributes of one's own, for user flows to ask for.",
        ...once('custom-attribute', { key: 'name', keyOf: inAnyCase, allowed: 'each name once, in whatever case' }),
      })
      .default([]),
    apiConnectors: z
      .array(ApiConnectorEntry)
      .meta({
        description: 'B2C only: APIs that user flows call at a sign-up, or before they send tokens.',
        ...once('api-connector', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    customExtensions: z
      .array(CustomExtensionEntry)
      .meta({
        description:
          'External ID only: APIs that are called while people sign up or sign in (custom authentication extensions).',
        ...once('custom-extension', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    userFlows: z.array(UserFlowEntry).describe('User flows of the directory.'),
    stepUp: StepUpEntry.exactOptional(),
  })
  .describe('The directory of the customers, its applications and user flows.');

export const CustomersEntry = located(Keys);
/** The section as it is written. */
export type CustomersWords = z.input<typeof Keys>;

/**
 * The section with whatever of its keys could be read. Without the directory, the API application has no identifier URI and
 * is left out.
 */
export const PartialCustomersEntry = located(
  Keys.exactPartial({ directory: true, tenantId: true, apiApplication: true, webApplication: true, userFlows: true }),
).transform(({ apiApplication, stepUp, userFlows = [], ...customers }) => {
  const { directory } = customers;
  const api =
    apiApplication && directory !== undefined
      ? { identifierUri: `https://${directory}.onmicrosoft.com/api`, ...apiApplication }
      : undefined;
  return {
    ...customers,
    userFlows,
    ...(api && { apiApplication: api }),
    ...(api && stepUp && { stepUp: { identifierUri: `${api.identifierUri}-step-up`, ...stepUp } }),
  };
});
