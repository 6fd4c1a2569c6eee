import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Hosting } from '../../../model/hosting';
import type { AppEnvironment, SecretReference } from './app-environment';
import { parameterReferences } from './app-environment';

/** Addresses of load balancers in front of an application, whose `X-Forwarded-For` it believes. */
const PROXIES = '1';

/**
 * Origin of the web while the estate has none: a name that no resolver knows (RFC 6761). The web starts, and nobody can sign
 * in.
 */
const NO_ORIGIN = 'https://pending.invalid';

interface ApiSources {
  readonly estateName: string;
}

/** Environment of the API, as apps/api reads it. */
export function apiEnvironment(scope: Construct, { estateName }: ApiSources, policies: Table): AppEnvironment {
  return {
    variables: {
      POLICIES_TABLE: policies.tableName,
      AWS_REGION: Stack.of(scope).region,
      TRUST_PROXY: PROXIES,
    },
    references: parameterReferences(scope, estateName, {
      TENANT_ID: 'tenantId',
      API_CLIENT_ID: 'apiClientId',
      WEB_CLIENT_ID: 'webClientId',
      SIGN_IN_METADATA_URL: 'signInMetadataUrl',
      STEP_UP_METADATA_URL: 'stepUpMetadataUrl',
      SIGN_IN_FLOW: 'signInFlow',
      STEP_UP_FLOW: 'stepUpFlow',
    }),
  };
}

interface WebSources {
  readonly estateName: string;
  readonly hosting: Pick<Hosting, 'url'>;
  readonly callbacks: { readonly signIn: string; readonly stepUp: string };
  readonly secrets: Readonly<Record<'clientSecret' | 'sessionKeys', SecretReference>>;
  readonly sessions: Table;
  readonly apiUrl: string;
}

/** Environment of the web, as apps/web reads it. */
export function webEnvironment(scope: Construct, sources: WebSources): AppEnvironment {
  const { estateName, hosting, callbacks, secrets, sessions, apiUrl } = sources;
  return {
    variables: {
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
        STEP_UP_METADATA_URL: 'stepUpMetadataUrl',
        PROFILE_EDIT_METADATA_URL: 'profileEditMetadataUrl',
        PASSWORD_RESET_METADATA_URL: 'passwordResetMetadataUrl',
        API_READ_SCOPE: 'readScope',
        API_WRITE_SCOPE: 'writeScope',
      }),
      WEB_CLIENT_SECRET: { kind: 'secret', ...secrets.clientSecret },
      SESSION_KEYS: { kind: 'secret', ...secrets.sessionKeys },
    },
  };
}
