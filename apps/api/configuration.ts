import { z } from 'zod';

/** The settings of the API, as docs/api.md lists them. */
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

const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: integer('a port', 0, 65_535),
  TENANT_ID: GuidText.optional(),
  API_CLIENT_ID: GuidText,
  WEB_CLIENT_ID: GuidText,
  SIGN_IN_METADATA_URL: MetadataUrl,
  STEP_UP_METADATA_URL: MetadataUrl,
  SIGN_IN_FLOW: FlowId,
  STEP_UP_FLOW: FlowId,
  POLICIES_TABLE: z.string().regex(/^[\w.-]{3,255}$/, 'must be a table name of 3 to 255 letters, digits, . _ or -'),
  AWS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1'),
  AWS_ENDPOINT_URL_DYNAMODB: SafeUrl.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  TRUST_PROXY: TrustProxy.default(0),
  REQUESTS_PER_MINUTE: integer('requests a minute', 1, 1_000_000).default(120),
  REFUSALS_PER_MINUTE: integer('refusals a minute', 1, 1_000_000).default(300),
});

const Consistent = Environment.refine(
  (settings) => settings.SIGN_IN_FLOW.toLowerCase() !== settings.STEP_UP_FLOW.toLowerCase(),
  {
    path: ['STEP_UP_FLOW'],
    message: 'must be another flow than SIGN_IN_FLOW, or the second factor proves nothing',
    when: hasFlows,
  },
);

/**
 * Parses the environment. An empty variable counts as absent, as in compose files. Findings name the variable and
 * what is allowed, never the value, which may be a secret that was put into the wrong variable.
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): ReadConfiguration {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
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

/** The flows are compared even where other variables have faults, so that one start shows them all. */
function hasFlows({ value }: z.core.ParsePayload): boolean {
  return z.object({ SIGN_IN_FLOW: z.string(), STEP_UP_FLOW: z.string() }).safeParse(value).success;
}
