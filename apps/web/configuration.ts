import * as z from 'zod';
import {
  DirectoryTypes,
  distinct,
  GuidText,
  integer,
  MetadataUrl,
  readSettings,
  type ReadSettings,
  SafeUrl,
  ServiceSettings,
  TableName,
} from '../service/settings';
import { isWebPath } from '../service/web-paths';

/** The settings of the web, as `npx --no entra-aws docs application-reference` lists them. */
export type Configuration = Readonly<z.output<typeof Environment>>;

const SESSION_KEY_BYTES = 32;

const Origin = SafeUrl.refine(
  (text) => !URL.canParse(text) || new URL(text).href === `${new URL(text).origin}/`,
  'must be an origin alone: scheme, host and port, such as https://insurance.example',
).transform((text) => new URL(text));

const Callback = z
  .string()
  .regex(/^(\/[\w.-]+)+$/, 'must be a path such as /auth/callback')
  .refine((path) => !isWebPath(path), 'must be a path that the web has no page at, such as /auth/callback');
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

/** Variables of the environment for either directory; each variable says what it is for. */
const Common = ServiceSettings.extend({
  BASE_URL: Origin.describe('Where people reach the web; the host of the redirect URIs'),
  WEB_CLIENT_ID: GuidText.describe('Client id of the web'),
  WEB_CLIENT_SECRET: Secret.describe('Client secret of the web. A secret'),
  SIGN_IN_CALLBACK: Callback.default('/auth/callback').describe('Path of the redirect URI of every visit but the next'),
  STEP_UP_CALLBACK: Callback.default('/auth/callback/mfa').describe(
    'Path of the redirect URI where people come back to with a second factor',
  ),
  API_URL: SafeUrl.transform((text) => new URL(text)).describe('Where the web reaches the API'),
  API_READ_SCOPE: Scope.describe('Full name of the scope for reading a policy'),
  API_WRITE_SCOPE: Scope.describe('Full name of the scope for changing one'),
  SESSIONS_TABLE: TableName.describe(
    'DynamoDB table of the sessions, with the key `id` (string) and TTL on `expiresAt`',
  ),
  SESSION_KEYS: SessionKeys.describe(
    'Keys that seal sessions. To rotate, put a new one in front and drop the old one after SESSION_MAX_HOURS. A secret',
  ),
  SESSION_IDLE_MINUTES: integer('minutes', 1, 1_440).default(30).describe('Minutes after which an unused session ends'),
  SESSION_MAX_HOURS: integer('hours', 1, 168).default(12).describe('Hours after which every session ends'),
  STEP_UP_MINUTES: integer('minutes', 1, 60).default(5).describe('Minutes for which a second factor counts'),
  REQUESTS_PER_MINUTE: integer('requests a minute', 1, 1_000_000)
    .default(300)
    .describe('Requests of one address in a minute'),
}).check(
  // The web can't tell letters of paths apart.
  distinct(['STEP_UP_CALLBACK', 'SIGN_IN_CALLBACK'], 'must be another path than SIGN_IN_CALLBACK', (path) =>
    path.toLowerCase(),
  ),
);

const B2c = Common.extend({
  DIRECTORY_TYPE: DirectoryTypes.b2c,
  STEP_UP_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that asks for the second factor'),
  PROFILE_EDIT_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that edits the profile'),
  PASSWORD_RESET_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that resets the password'),
}).check(
  distinct(
    ['STEP_UP_METADATA_URL', 'SIGN_IN_METADATA_URL'],
    'must be of another flow than SIGN_IN_METADATA_URL, or the second factor proves nothing',
  ),
);

/** In External ID one place signs in and steps up, and API_WRITE_SCOPE is what asks for the second factor. */
const ExternalId = Common.extend({ DIRECTORY_TYPE: DirectoryTypes['external-id'] }).check(
  // By the application ID URI, which comes before the scope's own name.
  distinct(
    ['API_WRITE_SCOPE', 'API_READ_SCOPE'],
    'must be of another application than API_READ_SCOPE, or no one is asked for a second factor',
    (scope) => scope.slice(0, scope.lastIndexOf('/')),
  ),
);

/** The variables for each type of directory, for the reference. */
export const Environments = { b2c: B2c, 'external-id': ExternalId } as const;

const Environment = z.discriminatedUnion('DIRECTORY_TYPE', [B2c, ExternalId], DirectoryTypes.other);

/** Parses the environment. */
export const readConfiguration = (environment: NodeJS.ProcessEnv): ReadSettings<Configuration> =>
  readSettings(Environment, environment);
