import { type Customers, type FlowUse, scopeNames } from '../estate/sections/customers/customers';
import { HANDOFF_SCOPES } from '../estate/sections/hosting/handoff';
import type { LocalRegistrations } from './registrations-file';
import type { Secrets } from './secrets';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string>>;

/** Tables that the applications keep their data in. */
export const TABLES = { policies: 'policies', sessions: 'sessions' } as const;

/** Origins at which each part is reached. */
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

interface Environments {
  readonly api: Environment;
  readonly web: Environment;
}

/** A value, or a note of what has none: an application would start with an empty variable. */
type Needed = (value: string | undefined, missing: string) => string;

/** Variables of both applications. @throws IncompleteEstateError with everything that is missing */
export function environmentsOf(options: EnvironmentOptions): Environments {
  const missing: string[] = [];
  const environments = environmentsBy(options, (value, what) => {
    if (value !== undefined) return value;
    missing.push(what);
    return what;
  });
  if (missing.length === 0) return environments;
  throw new IncompleteEstateError(
    ['The applications need more than the estate has:', ...new Set(missing)].join('\n  '),
  );
}

function environmentsBy({ customers, registrations, origins, secrets }: EnvironmentOptions, needed: Needed) {
  const { callbacks } = customers.webApplication;
  const flows = directoryEnvironments({ customers, origins }, needed);
  const scopes = scopeNames(customers);
  const scopeOf = (scope: string): string => needed(scopes.get(scope), `customers: has no scope ${scope}`);
  const { api, web, stepUp } = clientIdsOf({ customers, registrations }, needed);
  const common = {
    ...databaseEnvironment(origins.database),
    DIRECTORY_TYPE: customers.directoryType,
    WEB_CLIENT_ID: web,
  };
  return {
    api: {
      ...{ ...common, ...flows.api, API_CLIENT_ID: api, ...stepUp },
      PORT: portOf(origins.api),
      TENANT_ID: customers.tenantId,
      POLICIES_TABLE: TABLES.policies,
    },
    web: {
      ...{ ...common, ...flows.web },
      PORT: portOf(origins.web),
      BASE_URL: origins.web,
      WEB_CLIENT_SECRET: secrets.clientSecret,
      SIGN_IN_CALLBACK: callbacks.signIn,
      STEP_UP_CALLBACK: callbacks.stepUp,
      API_URL: origins.api,
      API_READ_SCOPE: scopeOf(HANDOFF_SCOPES.readScope),
      API_WRITE_SCOPE: scopeOf(HANDOFF_SCOPES.writeScope),
      SESSIONS_TABLE: TABLES.sessions,
      SESSION_KEYS: secrets.sessionKey,
    },
  };
}

function clientIdsOf(
  { customers, registrations }: Pick<EnvironmentOptions, 'customers' | 'registrations'>,
  needed: Needed,
) {
  const { apis, clients } = registrations;
  const registered = (id: string | undefined, what: string): string =>
    needed(id, `the customers program registers no application for ${what}`);
  const apiOf = (uri: string | undefined): string | undefined =>
    apis.find(({ identifierUri }) => identifierUri === uri)?.clientId;
  const web = clients.find(({ clientId }) => !apis.some((other) => other.clientId === clientId));
  return {
    api: registered(apiOf(customers.apiApplication.identifierUri), 'the API'),
    web: registered(web?.clientId, 'the web'),
    // The application whose tokens prove a second factor.
    ...(customers.directoryType === 'external-id' && {
      stepUp: { STEP_UP_API_CLIENT_ID: registered(apiOf(customers.stepUp?.identifierUri), 'the second factor') },
    }),
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

/** In B2C a metadata URL and a name for each user flow, in External ID one metadata URL for everything. */
function directoryEnvironments(
  { customers, origins }: Pick<EnvironmentOptions, 'customers' | 'origins'>,
  needed: Needed,
): Environments {
  const { directory, directoryType, stepUp, tenantId, userFlows } = customers;
  const flowOf = (use: FlowUse): string =>
    needed(userFlows.find((flow) => flow.use === use)?.id, `customers.userFlows: has no flow with use: ${use}`);
  const metadataAt = (authority: string): string => `${origins.b2c}/${authority}/v2.0/.well-known/openid-configuration`;
  if (directoryType === 'external-id') {
    flowOf('signIn');
    const { writeScope } = HANDOFF_SCOPES;
    needed(
      stepUp?.scopes.find((scope) => scope === writeScope),
      `customers.stepUp: has no scope ${writeScope}`,
    );
    const common = { SIGN_IN_METADATA_URL: metadataAt(tenantId) };
    return { api: common, web: common };
  }
  const metadataOf = (use: FlowUse): string => metadataAt(`${directory}.onmicrosoft.com/${flowOf(use)}`);
  const common = { SIGN_IN_METADATA_URL: metadataOf('signIn'), STEP_UP_METADATA_URL: metadataOf('stepUp') };
  return {
    api: { ...common, SIGN_IN_FLOW: flowOf('signIn'), STEP_UP_FLOW: flowOf('stepUp') },
    web: {
      ...common,
      PROFILE_EDIT_METADATA_URL: metadataOf('profileEdit'),
      PASSWORD_RESET_METADATA_URL: metadataOf('passwordReset'),
    },
  };
}

function portOf(origin: string): string {
  return new URL(origin).port || '80';
}
