import { z } from 'zod';

/** The settings of the API, as docs/application-reference.md lists them. */
export type Configuration = Readonly<z.output<typeof Environment>>;

/** What reading the environment ends in: all findings at once. */
export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly findings: readonly string[] };

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const METADATA_PATH = '/.well-known/openid-configuration';

const GuidText = z.guid('must be a GUID, such as 00000000-0000-4000-8000-000000000000');
const FlowId = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores');

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

const integer = (name: string, min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be ${name}, a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be ${name}, a whole number from ${min} to ${max}`);

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
  TENANT_ID: GuidText.optional().describe("Tenant id of the customers' directory, which the issuer must name"),
  API_CLIENT_ID: GuidText.describe('Client id of the API: `aud` of the tokens'),
  WEB_CLIENT_ID: GuidText.describe('Client id of the web: `azp`, the only application whose tokens are taken'),
  SIGN_IN_METADATA_URL: MetadataUrl.describe(
    'OpenID metadata of the flow that signs people in, or of the external tenant',
  ),
  POLICIES_TABLE: z
    .string()
    .regex(/^[\w.-]{3,255}$/, 'must be a table name of 3 to 255 letters, digits, . _ or -')
    .describe('DynamoDB table of the policies, with the key `pk` (string)'),
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
    .default(120)
    .describe('Requests of one person in a minute'),
  REFUSALS_PER_MINUTE: integer('refusals a minute', 1, 1_000_000)
    .default(300)
    .describe('Refused tokens of one address in a minute; after them its tokens are not looked at'),
});

/** In B2C a token's user flow is the proof of a second factor. */
const B2c = Common.extend({
  DIRECTORY_TYPE: z.literal('b2c').describe('Azure AD B2C'),
  STEP_UP_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that asks for the second factor'),
  SIGN_IN_FLOW: FlowId.describe('Id of the flow that signs people in, as `tfp` or `acr` has it, in any letters'),
  STEP_UP_FLOW: FlowId.describe('Id of the flow with the second factor; the only one whose tokens change a policy'),
});

/** In External ID its audience is: a Conditional Access policy asks for a second factor there. */
const ExternalId = Common.extend({
  DIRECTORY_TYPE: z.literal('external-id').describe('Microsoft Entra External ID'),
  STEP_UP_API_CLIENT_ID: GuidText.describe(
    'Client id of the application that owns the scope for changing a policy: `aud` of the only tokens that do',
  ),
});

/** The variables for each type of directory, for the reference. */
export const Environments = { b2c: B2c, 'external-id': ExternalId } as const;

const Environment = z.discriminatedUnion('DIRECTORY_TYPE', [B2c, ExternalId], {
  error: `must be one of ${Object.keys(Environments).join(', ')}`,
});

const Consistent = Environment.refine(
  (settings) =>
    settings.DIRECTORY_TYPE !== 'b2c' || settings.SIGN_IN_FLOW.toLowerCase() !== settings.STEP_UP_FLOW.toLowerCase(),
  {
    path: ['STEP_UP_FLOW'],
    message: 'must be another flow than SIGN_IN_FLOW, or the second factor proves nothing',
    when: hasAll('SIGN_IN_FLOW', 'STEP_UP_FLOW'),
  },
).refine((settings) => settings.DIRECTORY_TYPE === 'b2c' || settings.API_CLIENT_ID !== settings.STEP_UP_API_CLIENT_ID, {
  path: ['STEP_UP_API_CLIENT_ID'],
  message: 'must be another application than API_CLIENT_ID, or the second factor proves nothing',
  when: hasAll('API_CLIENT_ID', 'STEP_UP_API_CLIENT_ID'),
});

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
function hasAll(...names: readonly string[]): (payload: z.core.ParsePayload) => boolean {
  const shape = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  return ({ value }) => shape.safeParse(value).success;
}
