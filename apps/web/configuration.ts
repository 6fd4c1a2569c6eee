import { z } from 'zod';

/** The settings of the web, as docs/application-reference.md lists them. */
export type Configuration = Readonly<z.output<typeof Environment>>;

/** What reading the environment ends in: all findings at once. */
export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly findings: readonly string[] };

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const METADATA_PATH = '/.well-known/openid-configuration';
const SESSION_KEY_BYTES = 32;

const GuidText = z.guid('must be a GUID, such as 00000000-0000-4000-8000-000000000000');

const SafeUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'must be a URL')
  .refine(
    (text) => !URL.canParse(text) || isSafe(new URL(text)),
    'must be https; http is for loopback hosts (localhost, 127.0.0.1, [::1]) only',
  );
const MetadataUrl = SafeUrl.refine(
  (text) => !URL.canParse(text) || new URL(text).pathname.endsWith(METADATA_PATH),
  `must be a full OpenID metadata URL, whose path ends in ${METADATA_PATH}`,
).transform((text) => new URL(text));
const Origin = SafeUrl.refine(
  (text) => !URL.canParse(text) || new URL(text).href === `${new URL(text).origin}/`,
  'must be an origin alone: scheme, host and port, such as https://insurance.example',
).transform((text) => new URL(text));

const integer = (name: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be ${name}, a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be ${name}, a whole number from ${min} to ${max}`);

const Callback = z.string().regex(/^(\/[\w.-]+)+$/, 'must be a path such as /auth/callback');
const Scope = z
  .string()
  .regex(/^https:\/\/[^\s/]+\/\S+$/, 'must be a full scope name, such as https://…/Accounts.Read');
const Secret = z.string().min(8, 'must be a client secret of 8 characters or more');

const SessionKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => Buffer.from(key.trim(), 'base64url')))
  .refine(
    (keys) => keys.every(({ length }) => length === SESSION_KEY_BYTES),
    `must be keys of ${SESSION_KEY_BYTES} bytes in base64url, with commas between them; the first one seals`,
  );

const TrustProxy = z
  .string()
  .regex(
    /^(\d|[\da-f.:/]+(,[\da-f.:/]+)*)$/i,
    "must be a number of proxies (0 to 9) or addresses such as '10.0.0.0/16'",
  )
  .transform((text) => (/^\d$/.test(text) ? Number(text) : text.split(',')));

/** What the environment may have for either directory; each variable says what it is for. */
const Common = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container'),
  PORT: integer('a port', 0, 65_535).describe('Port to listen on; 0 takes a free one'),
  BASE_URL: Origin.describe('Where people reach the web; the host of the redirect URIs'),
  WEB_CLIENT_ID: GuidText.describe('Client id of the web'),
  WEB_CLIENT_SECRET: Secret.describe('Client secret of the web. A secret'),
  SIGN_IN_METADATA_URL: MetadataUrl.describe(
    'OpenID metadata of the flow that signs people in, or of the external tenant',
  ),
  SIGN_IN_CALLBACK: Callback.default('/auth/callback').describe('Path of the redirect URI of every visit but the next'),
  STEP_UP_CALLBACK: Callback.default('/auth/callback/mfa').describe(
    'Path of the redirect URI where people come back to with a second factor',
  ),
  API_URL: SafeUrl.transform((text) => new URL(text)).describe('Where the web reaches the API'),
  API_READ_SCOPE: Scope.describe('Full name of the scope for reading a policy'),
  API_WRITE_SCOPE: Scope.describe('Full name of the scope for changing one'),
  SESSIONS_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, 'must be a table name of 3 to 255 letters, digits, . _ or -')
    .describe('DynamoDB table of the sessions, with the key `id` (string) and TTL on `expiresAt`'),
  SESSION_KEYS: SessionKeys.describe(
    'Keys that seal sessions and sign cookies. To rotate, put a new one in front and drop the old one after SESSION_MAX_HOURS. A secret',
  ),
  SESSION_IDLE_MINUTES: integer('minutes', 1, 1_440).default(30).describe('Minutes after which an unused session ends'),
  SESSION_MAX_HOURS: integer('hours', 1, 168).default(12).describe('Hours after which every session ends'),
  STEP_UP_MINUTES: integer('minutes', 1, 60).default(5).describe('Minutes for which a second factor counts'),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .describe('Region of the table'),
  AWS_ENDPOINT_URL_DYNAMODB: SafeUrl.optional().describe('Another place of DynamoDB, such as one on this machine'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('How much the log has; audit entries are written at every level'),
  TRUST_PROXY: TrustProxy.default(0).describe(
    'Proxies in front whose `X-Forwarded-For` is believed: how many, or their addresses',
  ),
  REQUESTS_PER_MINUTE: integer('requests a minute', 1, 1_000_000)
    .default(300)
    .describe('Requests of one address in a minute'),
});

/** In B2C each user flow has metadata of its own. */
const B2c = Common.extend({
  DIRECTORY_TYPE: z.literal('b2c').describe('Azure AD B2C'),
  STEP_UP_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that asks for the second factor'),
  PROFILE_EDIT_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that edits the profile'),
  PASSWORD_RESET_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that resets the password'),
});

/** In External ID one place signs in and steps up, and API_WRITE_SCOPE is what asks for the second factor. */
const ExternalId = Common.extend({
  DIRECTORY_TYPE: z.literal('external-id').describe('Microsoft Entra External ID'),
});

/** The variables for each type of directory, for the reference. */
export const Environments = { b2c: B2c, 'external-id': ExternalId } as const;

const Environment = z.discriminatedUnion('DIRECTORY_TYPE', [B2c, ExternalId], {
  error: `must be one of ${Object.keys(Environments).join(', ')}`,
});

const Consistent = Environment.refine(
  (settings) =>
    settings.DIRECTORY_TYPE !== 'b2c' || settings.SIGN_IN_METADATA_URL.href !== settings.STEP_UP_METADATA_URL.href,
  {
    path: ['STEP_UP_METADATA_URL'],
    message: 'must be of another flow than SIGN_IN_METADATA_URL, or the second factor proves nothing',
    when: has('SIGN_IN_METADATA_URL', 'STEP_UP_METADATA_URL'),
  },
)
  .refine((settings) => settings.SIGN_IN_CALLBACK !== settings.STEP_UP_CALLBACK, {
    path: ['STEP_UP_CALLBACK'],
    message: 'must be another path than SIGN_IN_CALLBACK',
    when: has('SIGN_IN_CALLBACK', 'STEP_UP_CALLBACK'),
  })
  .refine(
    (settings) =>
      settings.DIRECTORY_TYPE === 'b2c' || prefixOf(settings.API_READ_SCOPE) !== prefixOf(settings.API_WRITE_SCOPE),
    {
      path: ['API_WRITE_SCOPE'],
      message: 'must be of another application than API_READ_SCOPE, or nobody is asked for a second factor',
      when: has('API_READ_SCOPE', 'API_WRITE_SCOPE'),
    },
  );

/** Application ID URI of the application that owns a scope. */
function prefixOf(scope: string): string {
  return scope.slice(0, scope.lastIndexOf('/'));
}

/**
 * Parses the environment. An empty variable counts as absent, as in compose files. Findings name the variable and
 * what is allowed, never the value, which may be a secret that was put into the wrong variable.
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): ReadConfiguration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const present: Readonly<Record<string, string | undefined>> = { DIRECTORY_TYPE: 'b2c', ...given };
  const parsed = Consistent.safeParse(present);
  if (parsed.success) return { ok: true, configuration: parsed.data };
  const findings = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return present[name] === undefined ? `${name}: is missing` : `${name}: ${issue.message}`;
  });
  return { ok: false, findings };
}

function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname));
}

/** Variables are compared even where others have faults, so that one start shows them all. */
function has(...names: readonly string[]): (payload: z.core.ParsePayload) => boolean {
  return ({ value, issues }) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => Object.hasOwn(value, name) && !issues.some(({ path }) => path?.[0] === name));
}
