import { type Customers, type FlowUse, scopeNames } from '../estate/sections/customers/customers';
import { known } from '../estate/source/known';
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

const FLOW_USES: readonly FlowUse[] = ['signIn', 'stepUp', 'profileEdit', 'passwordReset'];

/** The scopes that the applications are written for. */
const SCOPES = { read: 'Accounts.Read', write: 'Accounts.Write' } as const;

interface Environments {
  readonly api: Environment;
  readonly web: Environment;
}

/** Variables of both applications. @throws IncompleteEstateError with everything that is missing */
export function environmentsOf(options: EnvironmentOptions): Environments {
  const { customers, registrations, origins, secrets } = options;
  refuseIncomplete(options);
  const directory = customers.directoryType === 'b2c' ? b2cEnvironments(options) : externalIdEnvironments(options);
  const { apiClientId = '', webClientId = '' } = applicationsOf(customers, registrations);
  const { callbacks } = customers.webApplication;
  const common = {
    ...databaseEnvironment(origins.database),
    DIRECTORY_TYPE: customers.directoryType,
    WEB_CLIENT_ID: webClientId,
  };
  const scopes = scopeNames(customers);
  return {
    api: {
      ...common,
      ...directory.api,
      PORT: portOf(origins.api),
      TENANT_ID: customers.tenantId,
      API_CLIENT_ID: apiClientId,
      POLICIES_TABLE: TABLES.policies,
    },
    web: {
      ...common,
      ...directory.web,
      PORT: portOf(origins.web),
      BASE_URL: origins.web,
      WEB_CLIENT_SECRET: secrets.clientSecret,
      SIGN_IN_CALLBACK: callbacks.signIn,
      STEP_UP_CALLBACK: callbacks.stepUp,
      API_URL: origins.api,
      API_READ_SCOPE: declared(scopes, SCOPES.read, 'scope'),
      API_WRITE_SCOPE: declared(scopes, SCOPES.write, 'scope'),
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

/** A metadata URL and a name for each user flow. */
function b2cEnvironments({ customers, origins }: EnvironmentOptions): Environments {
  const flows = new Map(customers.userFlows.map(({ use, id }) => [use, id]));
  const flowOf = (use: FlowUse): string => declared(flows, use, 'user flow with use');
  const metadataUrl = (use: FlowUse): string =>
    metadataAt(`${origins.b2c}/${customers.directory}.onmicrosoft.com/${flowOf(use)}`);
  const common = { SIGN_IN_METADATA_URL: metadataUrl('signIn'), STEP_UP_METADATA_URL: metadataUrl('stepUp') };
  return {
    api: { ...common, SIGN_IN_FLOW: flowOf('signIn'), STEP_UP_FLOW: flowOf('stepUp') },
    web: {
      ...common,
      PROFILE_EDIT_METADATA_URL: metadataUrl('profileEdit'),
      PASSWORD_RESET_METADATA_URL: metadataUrl('passwordReset'),
    },
  };
}

/** One metadata URL for everything, and the application whose tokens prove a second factor. */
function externalIdEnvironments({ customers, registrations, origins }: EnvironmentOptions): Environments {
  const { stepUpClientId = '' } = applicationsOf(customers, registrations);
  const common = { SIGN_IN_METADATA_URL: metadataAt(`${origins.b2c}/${customers.tenantId}`) };
  return { api: { ...common, STEP_UP_API_CLIENT_ID: stepUpClientId }, web: common };
}

/** @throws IncompleteEstateError where the estate has no such thing: an application would start with an empty variable */
function declared<Key extends string>(values: ReadonlyMap<Key, string>, key: Key, kind: string): string {
  const value = values.get(key);
  if (value === undefined) throw new IncompleteEstateError(`customers: has no ${kind} ${key}`);
  return value;
}

function metadataAt(authority: string): string {
  return `${authority}/v2.0/.well-known/openid-configuration`;
}

interface Applications {
  readonly apiClientId?: string;
  readonly webClientId?: string;
  readonly stepUpClientId?: string;
}

function applicationsOf({ apiApplication, stepUp }: Customers, { apis, clients }: LocalRegistrations): Applications {
  const clientIdOf = (uri: string | undefined): string | undefined =>
    apis.find(({ identifierUri }) => identifierUri === uri)?.clientId;
  const web = clients.find(({ clientId }) => !apis.some((other) => other.clientId === clientId));
  return known({
    apiClientId: clientIdOf(apiApplication.identifierUri),
    webClientId: web?.clientId,
    stepUpClientId: clientIdOf(stepUp?.identifierUri),
  });
}

/** @throws IncompleteEstateError with everything that is missing */
function refuseIncomplete({ customers, registrations }: EnvironmentOptions): void {
  const { apiClientId, webClientId, stepUpClientId } = applicationsOf(customers, registrations);
  const isB2c = customers.directoryType === 'b2c';
  const missing = [
    ...(isB2c ? missingFlows(customers, FLOW_USES) : missingFlows(customers, ['signIn'])),
    ...(isB2c || customers.stepUp?.scopes.includes(SCOPES.write) === true
      ? []
      : [`customers.stepUp: has no scope ${SCOPES.write}`]),
    ...(apiClientId === undefined ? [`${REGISTERS_NO} the API`] : []),
    ...(webClientId === undefined ? [`${REGISTERS_NO} the web`] : []),
    ...(isB2c || stepUpClientId !== undefined ? [] : [`${REGISTERS_NO} the second factor`]),
  ];
  if (missing.length === 0) return;
  throw new IncompleteEstateError(['The applications need more than the estate has:', ...missing].join('\n  '));
}

const REGISTERS_NO = 'the customers program registers no application for';

function missingFlows({ userFlows }: Customers, uses: readonly FlowUse[]): readonly string[] {
  const missing = uses.filter((wanted) => !userFlows.some(({ use }) => use === wanted));
  return missing.map((use) => `customers.userFlows: has no flow with use: ${use}`);
}

function portOf(origin: string): string {
  return new URL(origin).port || '80';
}
