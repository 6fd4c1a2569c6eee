import { apisOf, type Customers, type FlowUse, fullName } from '../estate/sections/customers/customers';
import { HANDOFF_SCOPES, HANDOFF_VARIABLES, type HandoffIds } from '../estate/sections/hosting/handoff';
import type { LocalRegistrations } from './registrations-file';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string>>;

/** Tables that the applications keep their data in. */
export const TABLES = { policies: 'policies', sessions: 'sessions' } as const;

/** Origins at which each part is reached. */
export interface Origins {
  readonly web: string;
  readonly api: string;
  readonly database: string;
}

/** Directory that customers sign in at, by its values and the client secret of the web. */
export interface SignIn {
  readonly ids: HandoffIds;
  readonly clientSecret: string;
}

export interface EnvironmentOptions {
  readonly customers: Pick<Customers, 'directoryType' | 'webApplication'>;
  readonly signIn: SignIn;
  readonly origins: Origins;
  /** Seals what the web keeps of sessions. */
  readonly sessionKey: string;
}

interface Environments {
  readonly api: Environment;
  readonly web: Environment;
}

/** Variables of both applications. */
export function environmentsOf({ origins, ...options }: EnvironmentOptions): Environments {
  const { api, web } = directoryEnvironments(options);
  const database = databaseEnvironment(origins.database);
  return {
    api: { ...database, ...api, PORT: portOf(origins.api), POLICIES_TABLE: TABLES.policies },
    web: {
      ...{ ...database, ...web },
      PORT: portOf(origins.web),
      BASE_URL: origins.web,
      API_URL: origins.api,
      SESSIONS_TABLE: TABLES.sessions,
    },
  };
}

/** Those that are the same wherever the applications run: of the directory and the estate, and the secrets. */
export function directoryEnvironments({
  customers,
  signIn,
  sessionKey,
}: Omit<EnvironmentOptions, 'origins'>): Environments {
  const { directoryType, webApplication } = customers;
  const handed = (application: 'api' | 'web'): Environment =>
    Object.fromEntries(
      Object.entries(HANDOFF_VARIABLES[directoryType][application]).map(([variable, id]) => {
        const value = signIn.ids[id];
        if (value === undefined) throw new Error(`${variable} has no value: the directory has no ${id}`);
        return [variable, value];
      }),
    );
  return {
    api: { DIRECTORY_TYPE: directoryType, ...handed('api') },
    web: {
      ...{ DIRECTORY_TYPE: directoryType, ...handed('web') },
      WEB_CLIENT_SECRET: signIn.clientSecret,
      SIGN_IN_CALLBACK: webApplication.callbacks.signIn,
      STEP_UP_CALLBACK: webApplication.callbacks.stepUp,
      SESSION_KEYS: sessionKey,
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

/** The estate lacks something that the applications can't start without. */
export class IncompleteEstateError extends Error {
  override readonly name = 'IncompleteEstateError';
}

export interface EmulatedOptions {
  readonly customers: Customers;
  readonly registrations: LocalRegistrations;
  /** Origin of the emulator. */
  readonly b2c: string;
}

/** A value, or a note of what has none: an application would start with an empty variable. */
type Needed = (value: string | undefined, missing: string) => string;

/** Values of the emulator's directory. @throws IncompleteEstateError with everything that is missing */
export function emulatedIds(options: EmulatedOptions): HandoffIds {
  const missing: string[] = [];
  const ids = idsBy(options, (value, what) => {
    if (value !== undefined) return value;
    missing.push(what);
    return what;
  });
  if (missing.length === 0) return ids;
  throw new IncompleteEstateError(
    ['The applications need more than the estate has:', ...new Set(missing)].join('\n  '),
  );
}

function idsBy(options: EmulatedOptions, needed: Needed): HandoffIds {
  const { customers } = options;
  const hosted = apisOf(customers).filter(({ calledAs }) => calledAs === 'api');
  const scopeOf = (scope: string): string => {
    const owner = hosted.find(({ scopes }) => scopes.some(({ value }) => value === scope));
    return needed(owner && fullName(owner, scope), `customers: has no scope ${scope}`);
  };
  return {
    tenantId: customers.tenantId,
    ...(customers.directoryType === 'b2c' ? b2cIds(options, needed) : externalIds(options, needed)),
    ...clientIds(options, needed),
    readScope: scopeOf(HANDOFF_SCOPES.readScope),
    writeScope: scopeOf(HANDOFF_SCOPES.writeScope),
  };
}

/** A metadata URL and a name for each user flow. */
function b2cIds({ customers, b2c }: EmulatedOptions, needed: Needed): HandoffIds {
  const metadataOf = (flow: string): string => metadataAt(b2c, `${customers.directory}.onmicrosoft.com/${flow}`);
  const [signInFlow, stepUpFlow] = [flowOf(customers, 'signIn', needed), flowOf(customers, 'stepUp', needed)];
  return {
    ...{ signInFlow, stepUpFlow },
    signInMetadataUrl: metadataOf(signInFlow),
    stepUpMetadataUrl: metadataOf(stepUpFlow),
    profileEditMetadataUrl: metadataOf(flowOf(customers, 'profileEdit', needed)),
    passwordResetMetadataUrl: metadataOf(flowOf(customers, 'passwordReset', needed)),
  };
}

/** One metadata URL for everything, and the application whose tokens prove a second factor. */
function externalIds({ customers, registrations, b2c }: EmulatedOptions, needed: Needed): HandoffIds {
  const { stepUp, tenantId } = customers;
  flowOf(customers, 'signIn', needed);
  const { writeScope } = HANDOFF_SCOPES;
  needed(
    stepUp?.scopes.find((scope) => scope === writeScope),
    `customers.stepUp: has no scope ${writeScope}`,
  );
  return {
    signInMetadataUrl: metadataAt(b2c, tenantId),
    stepUpApiClientId: apiOf(registrations, stepUp?.identifierUri, { what: 'the second factor', needed }),
  };
}

function metadataAt(origin: string, authority: string): string {
  return `${origin}/${authority}/v2.0/.well-known/openid-configuration`;
}

function flowOf({ userFlows }: Customers, use: FlowUse, needed: Needed): string {
  return needed(userFlows.find((flow) => flow.use === use)?.id, `customers.userFlows: has no flow with use: ${use}`);
}

function clientIds({ customers, registrations }: EmulatedOptions, needed: Needed): HandoffIds {
  const { clients } = registrations;
  const web = clients.find(({ displayName }) => displayName === customers.webApplication.displayName);
  return {
    apiClientId: apiOf(registrations, customers.apiApplication.identifierUri, { what: 'the API', needed }),
    webClientId: needed(web?.clientId, 'the customers program registers no application for the web'),
  };
}

function apiOf(
  { apis }: LocalRegistrations,
  uri: string | undefined,
  { what, needed }: { readonly what: string; readonly needed: Needed },
): string {
  const found = apis.find(({ identifierUri }) => identifierUri === uri);
  return needed(found?.clientId, `the customers program registers no application for ${what}`);
}

function portOf(origin: string): string {
  return new URL(origin).port || '80';
}
