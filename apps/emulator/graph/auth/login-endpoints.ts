import { Router } from 'express';
import { inflateRawSync } from 'node:zlib';
import {
  DEVICE_CODE_SECONDS,
  findPublicClient,
  type PublicClient,
  requirePublic,
  scopesAsked,
  takesRedirect,
} from './sign-ins';
import { OAuthError, oauthReply } from './oauth-error';
import { checkTenant, grantToken, type TokenEndpoint } from './token-endpoint';
import type { Answer, Reply } from '../context';
import type { Directory } from '../directory/directory';
import { findText, type JsonObject, objectsOf, textOf, textsOf } from '../json';
import { servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';
import { isLoopbackUrl } from '../../../service/loopback';

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

interface SamlEndpoints {
  readonly directory: Directory;
  readonly loginUrl: string;
}

/** Most bytes of a request once it is inflated. */
const MAX_REQUEST_BYTES = 64_000;

/**
 * Federation metadata of an application, as `?appid=` asks for it: who answers, where, and the certificate that signs. The
 * service's own document says more; an identity provider is known by this much.
 */
function metadataReply({ directory, loginUrl }: SamlEndpoints, parameters: URLSearchParams): Reply {
  const principal = directory.findByAppId('servicePrincipals', parameters.get('appid') ?? '');
  if (principal === undefined) return titlePage(400, 'AADSTS700016: Application was not found in the directory.');
  const { id } = directory.tenant;
  const location = `${loginUrl}/${id}/saml2`;
  const services = ['Redirect', 'POST'].map(
    (binding) =>
      `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}" Location="${location}"/>`,
  );
  const body = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EntityDescriptor ID="_metadata" entityID="https://sts.windows.net/${id}/" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">`,
    '<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    ...signingCertificates(principal).map(keyDescriptor),
    ...services,
    '</IDPSSODescriptor>',
    '</EntityDescriptor>',
  ];
  return { status: 200, body: body.join(''), headers: { 'content-type': 'application/samlmetadata+xml' } };
}

function keyDescriptor(certificate: string): string {
  return (
    '<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>' +
    `<X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
  );
}

/** Base64 of DER of the certificate that signs; none where none is active. */
function signingCertificates(principal: Entity): readonly string[] {
  const active = findText(principal, 'preferredTokenSigningKeyThumbprint')?.toUpperCase();
  return objectsOf(principal, 'keyCredentials')
    .filter((key) => findText(key, '_thumbprint')?.toUpperCase() === active)
    .flatMap((key) => findText(key, '_certificate') ?? []);
}

/** The page that asks who signs in, or the error page of the service, for a SAML request in the redirect binding. */
function signInReply({ directory }: SamlEndpoints, parameters: URLSearchParams): Reply {
  const request = inflated(parameters.get('SAMLRequest') ?? '');
  if (request === undefined) return titlePage(400, 'AADSTS750054: SAMLRequest or SAMLResponse must be present.');
  const issuer = /<(?:\w+:)?Issuer[^>]*>([^<]*)</.exec(request)?.[1] ?? '';
  const replyUrl = /AssertionConsumerServiceURL="([^"]*)"/.exec(request)?.[1];
  const principal = directory
    .all('servicePrincipals')
    .map((entity) => servicePrincipalView(directory, entity))
    .find((view) => textsOf(view, 'servicePrincipalNames').includes(issuer));
  if (principal === undefined) {
    return titlePage(
      400,
      `AADSTS700016: Application with identifier '${escape(issuer)}' was not found in the directory.`,
    );
  }
  if (replyUrl !== undefined && !textsOf(principal, 'replyUrls').includes(replyUrl)) {
    return titlePage(
      400,
      'AADSTS50011: The reply URL specified in the request does not match those of the application.',
    );
  }
  return titlePage(200, `Sign in to ${escape(textOf(principal, 'displayName'))}`);
}

function inflated(request: string): string | undefined {
  try {
    const bytes = Buffer.from(request, 'base64');
    return bytes.length === 0 ? undefined : inflateRawSync(bytes, { maxOutputLength: MAX_REQUEST_BYTES }).toString();
  } catch {
    return undefined;
  }
}

function titlePage(status: number, text: string): Reply {
  return { status, body: `<!doctype html><title>${text}</title>`, headers: { 'content-type': 'text/html' } };
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
  router.get('/devicelogin', (_req, res) => answer(res, signInPage(people(), { asksCode: true })));
  router.post('/devicelogin', (req, res) => answer(res, enterCode(endpoint, formOf(req.body))));
  router.get('/:tenant/oauth2/v2.0/authorize', (_req, res) => answer(res, signInPage(people(), { asksCode: false })));
  router.post('/:tenant/oauth2/v2.0/authorize', (req, res) => {
    const asked = new URLSearchParams(req.url.split('?').slice(1).join('?'));
    return answer(res, authorize(endpoint, { tenant: req.params.tenant, asked, form: formOf(req.body) }));
  });
  return router;
}

function formOf(body: unknown): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
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
  const person = personNamed(directory.all('users'), form);
  if (person === undefined) return messagePage(400, 'There is no such person.');
  try {
    signIns.enterDeviceCode(form.get('code') ?? '', person);
    return messagePage(200, 'You have signed in. You may close this window.');
  } catch (error) {
    if (error instanceof OAuthError) return messagePage(error.status, error.message);
    throw error;
  }
}

interface Authorization {
  readonly tenant: string;
  readonly asked: URLSearchParams;
  readonly form: URLSearchParams;
}

function authorize(endpoint: TokenEndpoint, { tenant, asked, form }: Authorization): Reply {
  const redirectUri = asked.get('redirect_uri') ?? '';
  const person = personNamed(endpoint.directory.all('users'), form);
  if (person === undefined) return messagePage(400, 'There is no such person.');
  try {
    checkTenant(endpoint, tenant);
    const client = findPublicClient(endpoint.directory, asked.get('client_id') ?? '');
    // Nothing is handed to an address that the application does not have.
    if (!takesRedirect(client, redirectUri)) {
      throw new OAuthError(
        400,
        'invalid_request',
        'AADSTS50011: The redirect URI does not match those of the application.',
      );
    }
    return answerPage(redirectUri, {
      ...codeFor(endpoint, { client, redirectUri, asked, person }),
      state: asked.get('state') ?? '',
    });
  } catch (error) {
    if (error instanceof OAuthError) return messagePage(error.status, error.message);
    throw error;
  }
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

function personNamed(people: readonly Entity[], form: URLSearchParams): Entity | undefined {
  return people.find((person) => textOf(person, 'userPrincipalName') === form.get('person'));
}

// Pages on which a person signs in: whoever is in the directory, without a password.

/** A page that asks who signs in; the form sends `person` to the page's own address. */
function signInPage(people: readonly Entity[], { asksCode }: { readonly asksCode: boolean }): Reply {
  const code = asksCode ? '<label>Code <input name="code" autocomplete="off"></label>' : '';
  const buttons = people.map((person) => {
    const name = escape(textOf(person, 'userPrincipalName'));
    return `<button name="person" value="${name}">${name}</button>`;
  });
  return page('Sign in', `<form method="post">${code}${buttons.join('')}</form>`);
}

/** Hands the answer to the client on this machine, by a form that sends itself. */
function answerPage(redirectUri: string, fields: Readonly<Record<string, string>>): Reply {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const form = `<form method="post" action="${escape(redirectUri)}">${inputs.join('')}<button>Continue</button></form>`;
  return page('Working', `${form}<script>document.forms[0].submit()</script>`);
}

function messagePage(status: number, text: string): Reply {
  return { ...page('Sign in', `<p>${escape(text)}</p>`), status };
}

function page(title: string, content: string): Reply {
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><title>${title}</title>${content}</html>`,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  };
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
