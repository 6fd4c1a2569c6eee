import * as z from 'zod';
import {
  DirectoryTypes,
  distinct,
  GuidText,
  integer,
  MetadataUrl,
  readSettings,
  type ReadSettings,
  ServiceSettings,
  TableName,
} from '../service/settings';
import type { TokenRules } from './tokens/access-token';
import type { FlowKeys } from './tokens/flow-keys';

/** The settings of the API, as `npx --no entra-aws docs application-reference` lists them. */
export type Configuration = Readonly<z.output<typeof Environment>>;

const FlowId = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, hyphens or underscores');

/** Variables of the environment for either directory; each variable says what it is for. */
const Common = ServiceSettings.extend({
  TENANT_ID: GuidText.optional().describe("Tenant id of the customers' directory, which the issuer must name"),
  API_CLIENT_ID: GuidText.describe('Client id of the API: `aud` of the tokens'),
  WEB_CLIENT_ID: GuidText.describe('Client id of the web: `azp`, the only application whose tokens are taken'),
  POLICIES_TABLE: TableName.describe('DynamoDB table of the policies, with the key `pk` (string)'),
  REQUESTS_PER_MINUTE: integer('requests a minute', 1, 1_000_000)
    .default(120)
    .describe('Requests of one person in a minute'),
  REFUSALS_PER_MINUTE: integer('refusals a minute', 1, 1_000_000)
    .default(300)
    .describe('Refused tokens of one address in a minute; after them its tokens are not looked at'),
});

/** In B2C a token's user flow is the proof of a second factor. */
const B2c = Common.extend({
  DIRECTORY_TYPE: DirectoryTypes.b2c,
  STEP_UP_METADATA_URL: MetadataUrl.describe('OpenID metadata of the flow that asks for the second factor'),
  SIGN_IN_FLOW: FlowId.describe('Id of the flow that signs people in, as `tfp` or `acr` has it, in any letters'),
  STEP_UP_FLOW: FlowId.describe('Id of the flow with the second factor; the only one whose tokens change a policy'),
}).check(
  distinct(
    ['STEP_UP_FLOW', 'SIGN_IN_FLOW'],
    'must be another flow than SIGN_IN_FLOW, or the second factor proves nothing',
    (flow) => flow.toLowerCase(),
  ),
);

/** In External ID its audience is: a Conditional Access policy asks for a second factor there. */
const ExternalId = Common.extend({
  DIRECTORY_TYPE: DirectoryTypes['external-id'],
  STEP_UP_API_CLIENT_ID: GuidText.describe(
    'Client id of the application that owns the scope for changing a policy: `aud` of the only tokens that do',
  ),
}).check(
  distinct(
    ['STEP_UP_API_CLIENT_ID', 'API_CLIENT_ID'],
    'must be another application than API_CLIENT_ID, or the second factor proves nothing',
  ),
);

/** The variables for each type of directory, for the reference. */
export const Environments = { b2c: B2c, 'external-id': ExternalId } as const;

const Environment = z.discriminatedUnion('DIRECTORY_TYPE', [B2c, ExternalId], DirectoryTypes.other);

/** Parses the environment. */
export const readConfiguration = (environment: NodeJS.ProcessEnv): ReadSettings<Configuration> =>
  readSettings(Environment, environment);

/**
 * Rules for the tokens that are taken, by the configuration. Of B2C each user flow has keys of its own, of External ID
 * the tenant has.
 */
export function tokenRules(configuration: Configuration, keysAt: (metadataUrl: URL) => FlowKeys): TokenRules {
  const { API_CLIENT_ID: audience, WEB_CLIENT_ID: authorizedParty } = configuration;
  const keys = keysAt(configuration.SIGN_IN_METADATA_URL);
  const flows =
    configuration.DIRECTORY_TYPE === 'external-id'
      ? { 'sign-in': { audience, keys }, 'step-up': { audience: configuration.STEP_UP_API_CLIENT_ID, keys } }
      : {
          'sign-in': { id: configuration.SIGN_IN_FLOW, audience, keys },
          'step-up': { id: configuration.STEP_UP_FLOW, audience, keys: keysAt(configuration.STEP_UP_METADATA_URL) },
        };
  return { authorizedParty, flows };
}
