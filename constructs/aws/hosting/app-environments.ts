import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { DirectoryType } from '../../../src/estate/sections/customers/customers';
import type { HandoffParameter } from '../../../src/estate/sections/hosting/handoff';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import type { AppEnvironment, SecretReference } from './app-environment';
import { parameterReferences } from './app-environment';

/** Addresses of load balancers in front of an application, whose `X-Forwarded-For` it believes. */
const PROXIES = '1';

/**
 * Origin of the web while the estate has none: a name that no resolver knows (RFC 6761). The web starts, and no one can sign
 * in.
 */
const NO_ORIGIN = 'https://pending.invalid';

type Parameters = Readonly<Record<string, HandoffParameter>>;

/** Parameters that the applications need of a directory of this type alone. */
const BY_TYPE: Readonly<Record<DirectoryType, Readonly<Record<'api' | 'web', Parameters>>>> = {
  b2c: {
    api: { STEP_UP_METADATA_URL: 'stepUpMetadataUrl', SIGN_IN_FLOW: 'signInFlow', STEP_UP_FLOW: 'stepUpFlow' },
    web: {
      STEP_UP_METADATA_URL: 'stepUpMetadataUrl',
      PROFILE_EDIT_METADATA_URL: 'profileEditMetadataUrl',
      PASSWORD_RESET_METADATA_URL: 'passwordResetMetadataUrl',
    },
  },
  'external-id': { api: { STEP_UP_API_CLIENT_ID: 'stepUpApiClientId' }, web: {} },
};

/** B2C is what the applications take where nothing is said: its templates name no type. */
function typeVariable(directoryType: DirectoryType): Readonly<Record<string, string>> {
  return directoryType === 'b2c' ? {} : { DIRECTORY_TYPE: directoryType };
}

interface ApiSources {
  readonly estateName: string;
  readonly directoryType: DirectoryType;
}

/** Environment of the API, as apps/api reads it. */
export function apiEnvironment(scope: Construct, sources: ApiSources, policies: Table): AppEnvironment {
  const { estateName, directoryType } = sources;
  return {
    variables: {
      ...typeVariable(directoryType),
      POLICIES_TABLE: policies.tableName,
      AWS_REGION: Stack.of(scope).region,
      TRUST_PROXY: PROXIES,
    },
    references: parameterReferences(scope, estateName, {
      TENANT_ID: 'tenantId',
      API_CLIENT_ID: 'apiClientId',
      WEB_CLIENT_ID: 'webClientId',
      SIGN_IN_METADATA_URL: 'signInMetadataUrl',
      ...BY_TYPE[directoryType].api,
    }),
  };
}

interface WebSources extends ApiSources {
  readonly hosting: Pick<Hosting, 'url'>;
  readonly callbacks: { readonly signIn: string; readonly stepUp: string };
  readonly secrets: Readonly<Record<'clientSecret' | 'sessionKeys', SecretReference>>;
  readonly sessions: Table;
  readonly apiUrl: string;
}

/** Environment of the web, as apps/web reads it. */
export function webEnvironment(scope: Construct, sources: WebSources): AppEnvironment {
  const { estateName, directoryType, hosting, callbacks, secrets, sessions, apiUrl } = sources;
  return {
    variables: {
      ...typeVariable(directoryType),
      BASE_URL: hosting.url ?? NO_ORIGIN,
      API_URL: apiUrl,
      SIGN_IN_CALLBACK: callbacks.signIn,
      STEP_UP_CALLBACK: callbacks.stepUp,
      SESSIONS_TABLE: sessions.tableName,
      AWS_REGION: Stack.of(scope).region,
      TRUST_PROXY: PROXIES,
    },
    references: {
      ...parameterReferences(scope, estateName, {
        WEB_CLIENT_ID: 'webClientId',
        SIGN_IN_METADATA_URL: 'signInMetadataUrl',
        ...BY_TYPE[directoryType].web,
        API_READ_SCOPE: 'readScope',
        API_WRITE_SCOPE: 'writeScope',
      }),
      WEB_CLIENT_SECRET: { kind: 'secret', ...secrets.clientSecret },
      SESSION_KEYS: { kind: 'secret', ...secrets.sessionKeys },
    },
  };
}
