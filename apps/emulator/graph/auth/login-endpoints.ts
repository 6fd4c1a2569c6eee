import type { JsonObject } from '../json';
import type { Reply } from '../http/context';
import type { TokenEndpoint } from './token-endpoint';
import { OAuthError } from './oauth-error';
import { metadataReply, signInReply } from './saml-endpoints';
import { grantToken } from './token-endpoint';

export interface LoginEndpoints extends TokenEndpoint {
  readonly graphUrl: string;
}

export interface LoginRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly parameters: URLSearchParams;
}

const TENANT = '/(?<tenant>[^/]+)';
const TOKEN = new RegExp(`^${TENANT}/oauth2/v2\\.0/token$`);
const CONFIGURATION = new RegExp(`^${TENANT}/v2\\.0/\\.well-known/openid-configuration$`);
const SAML_METADATA = new RegExp(`^${TENANT}/federationmetadata/2007-06/federationmetadata\\.xml$`);
const SAML = new RegExp(`^${TENANT}/saml2$`);
const KEYS = new RegExp(`^${TENANT}/discovery/v2\\.0/keys$`);

/** What a client asks before it calls Graph, all of it over TLS. @returns undefined where the path is none of these */
export async function answerLogin(
  endpoints: LoginEndpoints,
  { method, path, body, parameters }: LoginRequest,
): Promise<Reply | undefined> {
  const token = TOKEN.exec(path)?.groups?.['tenant'];
  if (method === 'POST' && token !== undefined) return await tokenReply(endpoints, token, new URLSearchParams(body));
  return method === 'GET' ? answerGet(endpoints, path, parameters) : undefined;
}

function answerGet(endpoints: LoginEndpoints, path: string, parameters: URLSearchParams): Reply | undefined {
  if (path === '/metadata/endpoints') return { status: 200, body: metadata(endpoints) };
  if (path === '/common/discovery/instance') return { status: 200, body: instanceDiscovery(endpoints) };
  if (CONFIGURATION.test(path)) return { status: 200, body: openIdConfiguration(endpoints) };
  if (KEYS.test(path)) return { status: 200, body: { keys: [endpoints.signer.jwk] } };
  if (SAML_METADATA.test(path)) return metadataReply(endpoints, parameters);
  return SAML.test(path) ? signInReply(endpoints, parameters) : undefined;
}

async function tokenReply(endpoints: LoginEndpoints, tenant: string, form: URLSearchParams): Promise<Reply> {
  try {
    return await grantToken(endpoints, tenant, form);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const code = Number(/^AADSTS(\d+)/.exec(error.message)?.[1] ?? 0);
    const body = { error: error.error, error_description: error.message, error_codes: [code] };
    return { status: error.status, body, headers: { 'cache-control': 'no-store' } };
  }
}

function metadata({ loginUrl, graphUrl }: LoginEndpoints): JsonObject {
  return {
    name: 'AzureCloud',
    resourceManager: `${loginUrl}/`,
    microsoftGraphResourceId: `${graphUrl}/`,
    authentication: { loginEndpoint: loginUrl, audiences: [loginUrl], tenant: 'common', identityProvider: 'AAD' },
    suffixes: {},
  };
}

function openIdConfiguration({ loginUrl, issuer, directory }: LoginEndpoints): JsonObject {
  const base = `${loginUrl}/${directory.tenant.id}`;
  return {
    issuer,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['ES256'],
    scopes_supported: ['openid'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'oid', 'tid'],
  };
}

function instanceDiscovery({ loginUrl, directory }: LoginEndpoints): JsonObject {
  const host = new URL(loginUrl).host;
  return {
    tenant_discovery_endpoint: `${loginUrl}/${directory.tenant.id}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}
