import { Router } from 'express';
import { isLoopbackUrl } from '../../../service/loopback';
import type { JsonObject } from '../json';
import type { Answer, Reply } from '../context';
import type { TokenEndpoint } from './token-endpoint';
import { oauthReply } from './oauth-error';
import { personRoutes } from './person-endpoints';
import { metadataReply, signInReply } from './saml-endpoints';
import { grantToken } from './token-endpoint';

export interface LoginEndpoints extends TokenEndpoint {
  readonly graphUrl: string;
}

/** Endpoints that a client asks before it calls Graph, all of them over TLS. */
export function loginRoutes(endpoints: LoginEndpoints, answer: Answer): Router {
  const router = Router({ caseSensitive: true });
  const get = (path: string, reply: (parameters: URLSearchParams) => Reply): void => {
    router.get(path, (req, res) => answer(res, reply(new URLSearchParams(req.url.split('?').slice(1).join('?')))));
  };
  router.post('/:tenant/oauth2/v2.0/token', async (req, res) => {
    const form = new URLSearchParams(typeof req.body === 'string' ? req.body : '');
    await answer(res, await tokenReply(endpoints, req.params.tenant, form));
  });
  router.use(personRoutes(endpoints, answer));
  get('/metadata/endpoints', () => ({ status: 200, body: metadata(endpoints) }));
  get('/common/discovery/instance', () => ({ status: 200, body: instanceDiscovery(endpoints) }));
  get('/:tenant/v2.0/.well-known/openid-configuration', () => ({ status: 200, body: openIdConfiguration(endpoints) }));
  get('/:tenant/discovery/v2.0/keys', () => ({ status: 200, body: { keys: [endpoints.signer.jwk] } }));
  get('/:tenant/federationmetadata/2007-06/federationmetadata.xml', (parameters) =>
    metadataReply(endpoints, parameters),
  );
  get('/:tenant/saml2', (parameters) => signInReply(endpoints, parameters));
  return router;
}

async function tokenReply(endpoints: LoginEndpoints, tenant: string, form: URLSearchParams): Promise<Reply> {
  try {
    return await grantToken(endpoints, tenant, form);
  } catch (error) {
    return oauthReply(error);
  }
}

function metadata({ loginUrl, graphUrl }: LoginEndpoints): JsonObject {
  return {
    name: 'AzureCloud',
    resourceManager: `${loginUrl}/`,
    // Plain HTTP takes a token to this machine alone.
    microsoftGraphResourceId: `${isLoopbackUrl(graphUrl) ? graphUrl : loginUrl}/`,
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
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
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
