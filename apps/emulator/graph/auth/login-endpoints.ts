import { Router } from 'express';
import {
  DEVICE_CODE_SECONDS,
  findPublicClient,
  type PublicClient,
  requirePublic,
  scopesAsked,
  takesRedirect,
} from './sign-ins';
import { OAuthError, oauthReply } from './oauth-error';
import { formOf, messagePage, orErrorPage, parametersOf, peoplePage, personNamed, sendingPage } from './pages';
import { checkTenant, grantToken, type TokenEndpoint } from './token-endpoint';
import type { Answer, Reply } from '../context';
import { type JsonObject } from '../json';
import type { Entity } from '../store/store';
import { isLoopbackUrl } from '../../../service/loopback';

export interface LoginEndpoints extends TokenEndpoint {
  readonly graphUrl: string;
}

/** Endpoints that a client asks before it calls Graph, all of them over TLS. */
export function loginRoutes(endpoints: LoginEndpoints, answer: Answer): Router {
  const router = Router({ caseSensitive: true });
  const get = (path: string, reply: () => Reply): void => {
    router.get(path, (_req, res) => answer(res, reply()));
  };
  router.post('/:tenant/oauth2/v2.0/token', async (req, res) => {
    await answer(res, await grantToken(endpoints, req.params.tenant, formOf(req.body)).catch(oauthReply));
  });
  router.use(personRoutes(endpoints, answer));
  get('/metadata/endpoints', () => ({ status: 200, body: metadata(endpoints) }));
  get('/common/discovery/instance', () => ({ status: 200, body: instanceDiscovery(endpoints) }));
  get('/:tenant/v2.0/.well-known/openid-configuration', () => ({ status: 200, body: openIdConfiguration(endpoints) }));
  get('/:tenant/discovery/v2.0/keys', () => ({ status: 200, body: { keys: [endpoints.signer.jwk] } }));
  return router;
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

/** Seconds between two questions of a client whether somebody has signed in. */
const POLL_SECONDS = 1;

/**
 * Endpoints on which a person signs in to a public client, by a browser of this machine or by a code that is entered elsewhere:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and v2-oauth2-device-code.
 */
function personRoutes(endpoint: TokenEndpoint, answer: Answer): Router {
  const router = Router({ caseSensitive: true });
  const people = (): readonly Entity[] => endpoint.directory.all('users');
  router.post('/:tenant/oauth2/v2.0/devicecode', (req, res) =>
    answer(res, startDevice(endpoint, req.params.tenant, formOf(req.body))),
  );
  router.get('/devicelogin', (_req, res) => answer(res, peoplePage(people(), { asksCode: true })));
  router.post('/devicelogin', (req, res) =>
    answer(
      res,
      orErrorPage(() => enterCode(endpoint, formOf(req.body))),
    ),
  );
  router.get('/:tenant/oauth2/v2.0/authorize', (_req, res) => answer(res, peoplePage(people())));
  router.post('/:tenant/oauth2/v2.0/authorize', (req, res) => {
    const { tenant } = req.params;
    const given = { tenant, asked: parametersOf(req), form: formOf(req.body) };
    return answer(
      res,
      orErrorPage(() => authorize(endpoint, given)),
    );
  });
  return router;
}

function startDevice(endpoint: TokenEndpoint, tenant: string, form: URLSearchParams): Reply {
  const { directory, signIns, audiences, loginUrl } = endpoint;
  try {
    checkTenant(endpoint, tenant);
    const client = findPublicClient(directory, form.get('client_id') ?? '');
    requirePublic(client);
    const { deviceCode, userCode } = signIns.startDevice({
      client,
      scopes: scopesAsked(form.get('scope') ?? '', audiences),
    });
    const verificationUri = `${loginUrl}/devicelogin`;
    const body = {
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: verificationUri,
      expires_in: DEVICE_CODE_SECONDS,
      interval: POLL_SECONDS,
      message: `To sign in, use a web browser to open the page ${verificationUri} and enter the code ${userCode} to authenticate.`,
    };
    return { status: 200, body, headers: { 'cache-control': 'no-store' } };
  } catch (error) {
    return oauthReply(error);
  }
}

function enterCode({ directory, signIns }: TokenEndpoint, form: URLSearchParams): Reply {
  signIns.enterDeviceCode(form.get('code') ?? '', personNamed(directory.all('users'), form));
  return messagePage(200, 'You have signed in. You may close this window.');
}

interface Authorization {
  readonly tenant: string;
  readonly asked: URLSearchParams;
  readonly form: URLSearchParams;
}

function authorize(endpoint: TokenEndpoint, { tenant, asked, form }: Authorization): Reply {
  const redirectUri = asked.get('redirect_uri') ?? '';
  const person = personNamed(endpoint.directory.all('users'), form);
  checkTenant(endpoint, tenant);
  const client = findPublicClient(endpoint.directory, asked.get('client_id') ?? '');
  // Nothing is handed to an address that the application does not have.
  if (!takesRedirect(client, redirectUri)) {
    const problem = 'AADSTS50011: The redirect URI does not match those of the application.';
    throw new OAuthError(400, 'invalid_request', problem);
  }
  const code = codeFor(endpoint, { client, redirectUri, asked, person });
  return sendingPage(redirectUri, { ...code, state: asked.get('state') ?? '' });
}

interface CodeRequest extends Pick<Authorization, 'asked'> {
  readonly client: PublicClient;
  readonly redirectUri: string;
  readonly person: Entity;
}

/** The code, or why there is none. */
function codeFor(
  { signIns, audiences }: TokenEndpoint,
  { client, redirectUri, asked, person }: CodeRequest,
): Readonly<Record<string, string>> {
  const challenge = asked.get('code_challenge') ?? '';
  const nonce = asked.get('nonce') ?? undefined;
  const scopes = scopesAsked(asked.get('scope') ?? '', audiences);
  try {
    return { code: signIns.authorize({ client, scopes, redirectUri, challenge, nonce }, person) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { error: error.error, error_description: error.message };
  }
}
