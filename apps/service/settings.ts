import * as z from 'zod';
import { isProtectedUrl } from './loopback';

/** Types of the customers' directory, and what is said of another one. */
export const DirectoryTypes = {
  b2c: z.literal('b2c'),
  'external-id': z.literal('external-id'),
  other: 'must be one of b2c, external-id',
} as const;

/** Outcome of reading the environment: all findings at once. */
export type ReadSettings<Settings> =
  | { readonly ok: true; readonly configuration: Settings }
  | { readonly ok: false; readonly findings: readonly string[] };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const METADATA_PATH = '/.well-known/openid-configuration';

export const GuidText = z.guid('must be a GUID, such as 00000000-0000-4000-8000-000000000000');

export const SafeUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'must be a URL')
  .refine(
    (text) => !URL.canParse(text) || isProtectedUrl(text),
    'must be https; http is for loopback hosts (localhost, 127.0.0.0/8, [::1]) only',
  );

export const MetadataUrl = SafeUrl.refine(
  (text) => !URL.canParse(text) || new URL(text).pathname.endsWith(METADATA_PATH),
  `must be a full OpenID metadata URL, whose path ends in ${METADATA_PATH}`,
).transform((text) => new URL(text));

export const TableName = z
  .string()
  .regex(/^[\w.-]{3,255}$/, 'must be a table name of 3 to 255 letters, digits, . _ or -');

export const integer = (name: string, min: number, max: number) =>
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

/** Settings of every service: where it listens, what it tells, and where its table is. */
export const ServiceSettings = z.object({
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container'),
  PORT: integer('a port', 0, 65_535).describe('Port to listen on; 0 takes a free one'),
  TLS_FOLDER: z
    .string()
    .optional()
    .describe('Folder with `tls.crt` and `tls.key` in PEM, read at the start; without it, plain http'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('How much the log has; audit entries are written at every level'),
  TRUST_PROXY: TrustProxy.default(0).describe(
    'Proxies in front whose `X-Forwarded-For` is believed: how many, or their addresses',
  ),
  AWS_REGION: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as eu-central-1')
    .describe('Region of the table'),
  AWS_ENDPOINT_URL_DYNAMODB: SafeUrl.optional().describe('Another place of DynamoDB, such as one on this machine'),
  SIGN_IN_METADATA_URL: MetadataUrl.describe(
    'OpenID metadata of the flow that signs people in, or of the external tenant',
  ),
});

/**
 * Refuses the value of one variable in another, also beside other faults. @param keyOf the part of a value that counts; by
 * default every letter
 */
export function distinct(
  [name, than]: readonly [string, string],
  message: string,
  keyOf = (value: string): string => value,
) {
  const isDistinct = ({ [name]: one, [than]: other }: Readonly<Record<string, unknown>>): boolean =>
    one === undefined || other === undefined || keyOf(JSON.stringify(one)) !== keyOf(JSON.stringify(other));
  return z.refine<Readonly<Record<string, unknown>>>(isDistinct, { path: [name], error: message, when: () => true });
}

/**
 * Parses the environment; without DIRECTORY_TYPE it is that of B2C. An empty variable counts as absent, as in compose files.
 * Findings never have the value, which may be a secret that was put into the wrong variable.
 */
export function readSettings<Schema extends z.ZodType<object>>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): ReadSettings<z.output<Schema>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const present: Readonly<Record<string, unknown>> = { DIRECTORY_TYPE: 'b2c', ...given };
  // Compiled rules pay only where they are used again.
  const parsed = schema.safeParse(present, { jitless: true });
  if (parsed.success) return { ok: true, configuration: parsed.data };
  // Every variable is text: another type is none at all.
  const findings = parsed.error.issues.map(
    ({ path, code, message }) => `${path.join('.')}: ${code === 'invalid_type' ? 'is missing' : message}`,
  );
  return { ok: false, findings };
}
