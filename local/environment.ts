import type { Customers, FlowUse } from '../model/customers';
import type { LocalRegistrations } from './registrations-file';
import type { Secrets } from './secrets';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string>>;

/** Tables that the applications keep their data in. */
export const TABLES = { policies: 'policies', sessions: 'sessions' } as const;

/** Where each part is reached, as origins. */
export interface Origins {
  readonly web: string;
  readonly api: string;
  readonly b2c: string;
  readonly database: string;
}

export interface EnvironmentOptions {
  readonly customers: Customers;
  readonly registrations: LocalRegistrations;
  readonly origins: Origins;
  readonly secrets: Secrets;
}

/** The estate lacks something that the applications can't start without. */
export class IncompleteEstateError extends Error {
  override readonly name = 'IncompleteEstateError';
}

const FLOW_USES: readonly FlowUse[] = ['signIn', 'stepUp', 'profileEdit', 'passwordReset'];

/** The scopes that the applications are written for. */
const SCOPES = { read: 'Accounts.Read', write: 'Accounts.Write' } as const;

/** Variables of both applications. @throws IncompleteEstateError with everything that is missing */
export function environmentsOf(options: EnvironmentOptions): { readonly api: Environment; readonly web: Environment } {
  const { customers, registrations, origins, secrets } = options;
  const { apiClientId, webClientId, flows } = partsOf(customers, registrations);
  const metadataUrl = (use: FlowUse): string =>
    `${origins.b2c}/${customers.directory}.onmicrosoft.com/${flows[use]}/v2.0/.well-known/openid-configuration`;
  const common = {
    ...databaseEnvironment(origins.database),
    WEB_CLIENT_ID: webClientId,
    SIGN_IN_METADATA_URL: metadataUrl('signIn'),
    STEP_UP_METADATA_URL: metadataUrl('stepUp'),
  };
  const { identifierUri } = customers.apiApplication;
  const { callbacks } = customers.webApplication;
  return {
    api: {
      ...common,
      PORT: portOf(origins.api),
      TENANT_ID: customers.tenantId,
      API_CLIENT_ID: apiClientId,
      SIGN_IN_FLOW: flows.signIn,
      STEP_UP_FLOW: flows.stepUp,
      POLICIES_TABLE: TABLES.policies,
    },
    web: {
      ...common,
      PORT: portOf(origins.web),
      BASE_URL: origins.web,
      WEB_CLIENT_SECRET: secrets.clientSecret,
      PROFILE_EDIT_METADATA_URL: metadataUrl('profileEdit'),
      PASSWORD_RESET_METADATA_URL: metadataUrl('passwordReset'),
      SIGN_IN_CALLBACK: callbacks.signIn,
      STEP_UP_CALLBACK: callbacks.stepUp,
      API_URL: origins.api,
      API_READ_SCOPE: `${identifierUri}/${SCOPES.read}`,
      API_WRITE_SCOPE: `${identifierUri}/${SCOPES.write}`,
      SESSIONS_TABLE: TABLES.sessions,
      SESSION_KEYS: secrets.sessionKey,
    },
  };
}

/** For the AWS SDK: the database on this machine, and never a real account by accident. */
export function databaseEnvironment(endpoint: string): Environment {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

interface Parts {
  readonly apiClientId: string;
  readonly webClientId: string;
  readonly flows: Readonly<Record<FlowUse, string>>;
}

function partsOf(customers: Customers, { apis, clients }: LocalRegistrations): Parts {
  const api = apis.find(({ identifierUri }) => identifierUri === customers.apiApplication.identifierUri);
  const web = clients.find(({ clientId }) => !apis.some((other) => other.clientId === clientId));
  const flows = Object.fromEntries(customers.userFlows.map(({ use, id }) => [use, id]));
  const missing = FLOW_USES.filter((use) => flows[use] === undefined).map(
    (use) => `customers.userFlows: has no flow with use: ${use}`,
  );
  if (api === undefined) missing.push('the customers program registers no application for the API');
  if (web === undefined) missing.push('the customers program registers no application for the web');
  if (api !== undefined && web !== undefined && hasAllUses(flows)) {
    return { apiClientId: api.clientId, webClientId: web.clientId, flows };
  }
  throw new IncompleteEstateError(['The applications need more than the estate has:', ...missing].join('\n  '));
}

function hasAllUses(flows: Readonly<Record<string, string>>): flows is Readonly<Record<FlowUse, string>> {
  return FLOW_USES.every((use) => flows[use] !== undefined);
}

function portOf(origin: string): string {
  return new URL(origin).port || '80';
}
