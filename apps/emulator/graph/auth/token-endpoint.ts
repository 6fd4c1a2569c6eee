import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { X509Certificate } from 'node:crypto';
import { isSecret } from '../../base/secrets';
import { invalidClient, OAuthError, unknownApplication } from './oauth-error';
import { GRAPH_APP_ID } from './roles';
import type { PendingSignIns, SignedIn } from './sign-ins';
import type { Reply } from '../context';
import type { Directory } from '../directory/directory';
import { findText, type JsonObject, objectsOf, parseObject, textOf, textsOf } from '../json';
import { keyThumbprints } from '../resources/credentials';
import { servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';
import { TOKEN_SECONDS, type TokenRequest, type TokenSigner } from '../tokens';
import { isProtectedUrl } from '../../../service/loopback';

export interface TokenEndpoint {
  readonly directory: Directory;
  readonly signer: TokenSigner;
  readonly issuer: string;
  /** Names under which a client may ask for Graph, without `/.default`. */
  readonly audiences: readonly string[];
  /** `https://localhost:4001`, without a slash at the end. */
  readonly loginUrl: string;
  readonly issuerKeys: IssuerKeys;
  readonly signIns: PendingSignIns;
}

/** `POST /{tenant}/oauth2/v2.0/token`: for an application itself, or for a person who signed in to it. @throws OAuthError */
export async function grantToken(endpoint: TokenEndpoint, tenant: string, form: URLSearchParams): Promise<Reply> {
  checkTenant(endpoint, tenant);
  const grantType = form.get('grant_type') ?? '';
  switch (grantType) {
    case 'client_credentials':
      return await grantToApplication(endpoint, form);
    case 'authorization_code':
      return grantToPerson(endpoint, form, endpoint.signIns.redeemCode(form));
    case DEVICE_CODE:
    case 'device_code':
      return grantToPerson(endpoint, form, endpoint.signIns.redeemDevice(form));
    default: {
      const problem = `AADSTS70003: The app requested an unsupported grant type '${grantType}'.`;
      throw new OAuthError(400, 'unsupported_grant_type', problem);
    }
  }
}

/** RFC 8628; MSAL writes the short name. */
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** @throws OAuthError for another tenant than this one */
export function checkTenant({ directory }: Pick<TokenEndpoint, 'directory'>, tenant: string): void {
  if ([directory.tenant.id, directory.tenant.domain].includes(tenant.toLowerCase())) return;
  throw new OAuthError(400, 'invalid_request', `AADSTS90002: Tenant '${tenant}' not found.`);
}

async function grantToApplication(endpoint: TokenEndpoint, form: URLSearchParams): Promise<Reply> {
  const { directory, issuerKeys } = endpoint;
  const application = await authenticateClient({ directory, issuerKeys, audiences: tokenUrls(endpoint) }, form);
  const appId = textOf(application, 'appId');
  const principal = principalOf(directory, appId);
  const { audience, resource } = findResource(endpoint, form.get('scope') ?? '');
  const permissions = rolesOf(directory, principal, resource);
  return tokenReply(endpoint, { kind: 'application', appId, objectId: principal.id, permissions, audience });
}

function grantToPerson(endpoint: TokenEndpoint, form: URLSearchParams, signedIn: SignedIn): Reply {
  const { person, scopes } = signedIn;
  const appId = form.get('client_id') ?? '';
  const [audience = GRAPH_APP_ID] = endpoint.audiences;
  const clientInfo = { uid: person.id, utid: endpoint.directory.tenant.id };
  return tokenReply(
    endpoint,
    { kind: 'delegated', appId, objectId: person.id, permissions: scopes, audience },
    {
      scope: `${scopes.join(' ')} openid profile`,
      id_token: idToken(endpoint, appId, signedIn),
      client_info: Buffer.from(JSON.stringify(clientInfo)).toString('base64url'),
    },
  );
}

function idToken({ directory, signer, issuer }: TokenEndpoint, appId: string, { person, nonce }: SignedIn): string {
  const now = Math.floor(directory.clock().getTime() / 1000);
  return signer.sign({
    ...{ iss: issuer, aud: appId, sub: person.id, oid: person.id, tid: directory.tenant.id, ver: '2.0' },
    preferred_username: textOf(person, 'userPrincipalName'),
    ...{ iat: now, nbf: now, exp: now + TOKEN_SECONDS },
    ...(nonce !== undefined && { nonce }),
  });
}

type TokenParts = Pick<TokenRequest, 'kind' | 'appId' | 'objectId' | 'permissions' | 'audience'>;

function tokenReply({ directory, signer, issuer }: TokenEndpoint, parts: TokenParts, more: JsonObject = {}): Reply {
  const issuedAt = Math.floor(directory.clock().getTime() / 1000);
  const accessToken = signer.issue({ ...parts, tenantId: directory.tenant.id, issuer, issuedAt });
  const times = { expires_in: TOKEN_SECONDS, ext_expires_in: TOKEN_SECONDS };
  const body = { token_type: 'Bearer', ...times, access_token: accessToken, ...more };
  return { status: 200, body, headers: { 'cache-control': 'no-store' } };
}

/** The endpoint as clients write it, by the id of the tenant or by its domain, and its issuer. */
function tokenUrls({ directory, loginUrl, issuer }: TokenEndpoint): readonly string[] {
  const names = [directory.tenant.id, directory.tenant.domain];
  return [...names.map((name) => `${loginUrl}/${name}/oauth2/v2.0/token`), issuer];
}

function principalOf(directory: Directory, appId: string): Entity {
  const principal = directory.findByAppId('servicePrincipals', appId);
  if (principal !== undefined) return principal;
  const problem = `AADSTS7000229: The client application ${appId} is missing service principal in the tenant.`;
  throw new OAuthError(400, 'invalid_client', problem);
}

function findResource(
  { directory, audiences }: TokenEndpoint,
  scope: string,
): { readonly audience: string; readonly resource: Entity } {
  if (!scope.endsWith('/.default')) {
    const problem = `AADSTS1002012: The provided value for scope ${scope} is not valid; it must end with /.default.`;
    throw new OAuthError(400, 'invalid_scope', problem);
  }
  const audience = scope.slice(0, -'/.default'.length).replace(/\/$/, '');
  const isGraph = audiences.includes(audience);
  const resource = directory
    .all('servicePrincipals')
    .find((item) => (isGraph ? textOf(item, 'appId') === GRAPH_APP_ID : isNamed(directory, item, audience)));
  if (resource !== undefined) return { audience, resource };
  const problem = `AADSTS500011: The resource principal named ${audience} was not found in the tenant.`;
  throw new OAuthError(400, 'invalid_resource', problem);
}

function isNamed(directory: Directory, principal: Entity, name: string): boolean {
  const appId = textOf(principal, 'appId');
  const application = directory.findByAppId('applications', appId);
  return appId === name || (application !== undefined && textsOf(application, 'identifierUris').includes(name));
}

/** The values of the resource's roles that are assigned to the client: what a token may do is what the directory says. */
function rolesOf(directory: Directory, principal: Entity, resource: Entity): readonly string[] {
  const names = new Map(
    objectsOf(servicePrincipalView(directory, resource), 'appRoles').map((role) => [
      textOf(role, 'id'),
      textOf(role, 'value'),
    ]),
  );
  const assignments = directory
    .all('appRoleAssignments')
    .filter((item) => textOf(item, 'principalId') === principal.id && textOf(item, 'resourceId') === resource.id);
  return assignments.flatMap((item) => names.get(textOf(item, 'appRoleId')) ?? []).toSorted();
}

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The application that asks for a token, proven by its secret or by a signed assertion. @throws OAuthError */
async function authenticateClient(check: ClientCheck, form: URLSearchParams): Promise<Entity> {
  const { directory } = check;
  const clientId = form.get('client_id') ?? '';
  const application = directory.findByAppId('applications', clientId);
  if (application === undefined) throw unknownApplication(clientId);
  const assertion = form.get('client_assertion');
  if (assertion === null) {
    checkSecret(directory, application, form.get('client_secret') ?? '');
    return application;
  }
  const type = form.get('client_assertion_type') ?? '';
  if (type !== JWT_BEARER) {
    const problem = `AADSTS90023: The client_assertion_type '${type}' is not supported; it must be '${JWT_BEARER}'.`;
    throw new OAuthError(400, 'invalid_request', problem);
  }
  await checkAssertion(check, application, assertion);
  return application;
}

function checkSecret(directory: Directory, application: Entity, secret: string): void {
  const appId = textOf(application, 'appId');
  const credential = objectsOf(application, 'passwordCredentials').find((item) =>
    isSecret(secret, textOf(item, '_digest')),
  );
  if (credential === undefined) {
    throw invalidClient(`AADSTS7000215: Invalid client secret provided for app '${appId}'.`);
  }
  checkExpiry(directory, credential, appId);
}

function checkExpiry(directory: Directory, credential: JsonObject, appId: string): void {
  if (Date.parse(textOf(credential, 'endDateTime')) > directory.clock().getTime()) return;
  throw invalidClient(`AADSTS7000222: The client secret of app '${appId}' is expired.`);
}

interface ClientCheck {
  readonly directory: Directory;
  readonly issuerKeys: IssuerKeys;
  /** Audiences that a statement of the client itself may name: the token endpoint, as it may be written. */
  readonly audiences: readonly string[];
}

/** Algorithms that Entra takes; azuread signs with the first, MSAL with the second. */
const ALGORITHMS = ['RS256', 'PS256'];

/** Clocks differ, and MSAL rounds the time up. */
const CLOCK_TOLERANCE = '5 minutes';

/**
 * Checks a signed statement of who asks: of the application itself, by a certificate that it has registered
 * (https://learn.microsoft.com/entra/identity-platform/certificate-credentials), or of another issuer that it trusts
 * (https://learn.microsoft.com/entra/workload-id/workload-identity-federation). @throws OAuthError
 */
async function checkAssertion(check: ClientCheck, application: Entity, assertion: string): Promise<void> {
  const claims = claimsOf(assertion);
  if (claims.iss === textOf(application, 'appId')) await checkOwn(check, application, assertion);
  else await checkFederated(check, application, { assertion, claims });
}

function claimsOf(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    throw invalidClient('AADSTS50027: JWT token is invalid or malformed.');
  }
}

async function checkOwn(check: ClientCheck, application: Entity, assertion: string): Promise<void> {
  const appId = textOf(application, 'appId');
  const credential = certificateOf(application, assertion);
  if (Date.parse(textOf(credential, 'endDateTime')) <= check.directory.clock().getTime()) {
    throw wrongSignature('The key used is expired');
  }
  const { publicKey } = new X509Certificate(Buffer.from(textOf(credential, '_certificate'), 'base64'));
  const expected = { issuer: appId, subject: appId, audience: [...check.audiences], algorithms: ALGORITHMS };
  await verified(() => jwtVerify(assertion, publicKey, { ...expected, ...inTime(check) }));
}

/** The registered certificate that the header names by `x5t` (SHA-1) or `x5t#S256`. */
function certificateOf(application: Entity, assertion: string): JsonObject {
  const { x5t, 'x5t#S256': x5tS256, kid } = decodeProtectedHeader(assertion) as Record<string, unknown>;
  const named = [x5t, x5tS256, kid].filter((name) => typeof name === 'string');
  const credential = objectsOf(application, 'keyCredentials').find((item) =>
    keyThumbprints(item).some((thumbprint) => named.includes(thumbprint)),
  );
  if (credential !== undefined) return credential;
  throw wrongSignature(`The key was not found, thumbprint of the key used by the client: '${named[0] ?? ''}'`);
}

interface Federated {
  readonly assertion: string;
  readonly claims: JWTPayload;
}

async function checkFederated(check: ClientCheck, application: Entity, federated: Federated): Promise<void> {
  const { assertion, claims } = federated;
  // Who issued it, about whom and for whom is compared here; what is left is whether it is genuine and in time.
  const keys = await check.issuerKeys.of(trustedIssuer(application, claims));
  await verified(() => jwtVerify(assertion, keys, inTime(check)));
}

/** Compared as they are written, to the case of a letter. */
function trustedIssuer(application: Entity, { iss = '', sub = '', aud = [] }: JWTPayload): string {
  const audiences = [aud].flat();
  const criteria: readonly (readonly [code: string, what: string, fits: (credential: JsonObject) => boolean])[] = [
    ['AADSTS700211', `issuer '${iss}'`, (item) => item['issuer'] === iss],
    ['AADSTS700213', `subject '${sub}'`, (item) => item['subject'] === sub],
    [
      'AADSTS700212',
      `audience '${audiences.join(' ')}'`,
      (item) => textsOf(item, 'audiences').some((name) => audiences.includes(name)),
    ],
  ];
  let found = objectsOf(application, '_federatedCredentials');
  for (const [code, what, fits] of criteria) {
    found = found.filter(fits);
    if (found.length > 0) continue;
    const problem = `${code}: No matching federated identity record found for presented assertion ${what}.`;
    throw invalidClient(`${problem} Check the federated identity credentials of the application.`);
  }
  return iss;
}

function inTime({ directory }: ClientCheck): JWTVerifyOptions {
  return { currentDate: directory.clock(), clockTolerance: CLOCK_TOLERANCE, requiredClaims: ['exp'] };
}

async function verified(verify: () => Promise<unknown>): Promise<void> {
  try {
    await verify();
  } catch (error) {
    throw error instanceof errors.JOSEError ? refusal(error) : error;
  }
}

function refusal(error: errors.JOSEError): OAuthError {
  const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined;
  if (error instanceof errors.JWTExpired || claim === 'nbf' || claim === 'exp') {
    return invalidClient('AADSTS700024: Client assertion is not within its valid time range.');
  }
  if (claim === 'aud') return invalidClient("AADSTS700023: The audience of the client assertion isn't this tenant's.");
  if (claim === 'sub') {
    return invalidClient("AADSTS700021: Client assertion application identifier doesn't match 'client_id' parameter.");
  }
  return wrongSignature(error.message);
}

function wrongSignature(reason: string): OAuthError {
  return invalidClient(`AADSTS700027: The client assertion contains an invalid signature. [Reason - ${reason}.]`);
}

/** Milliseconds in which an issuer must answer. */
const ANSWER_WITHIN = 5000;

/**
 * Signing keys of the issuers that applications trust, found as OpenID Connect says:
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
 */
export class IssuerKeys {
  private readonly known = new Map<string, JWTVerifyGetKey>();

  /** The keys of an issuer. @throws OAuthError where it does not say where they are */
  async of(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.known.get(issuer);
    if (known !== undefined) return known;
    const remote = createRemoteJWKSet(await this.discover(issuer), { timeoutDuration: ANSWER_WITHIN });
    const keys: JWTVerifyGetKey = async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        throw error instanceof errors.JWKSNoMatchingKey ? error : unreachable(issuer, reasonOf(error));
      }
    };
    this.known.set(issuer, keys);
    return keys;
  }

  private async discover(issuer: string): Promise<URL> {
    if (!isProtectedUrl(issuer)) throw unreachable(issuer, 'an issuer must be an https URL, or http on this machine');
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN) }).catch(
      (error: unknown) => {
        throw unreachable(issuer, reasonOf(error));
      },
    );
    const uri = findText(parseObject(await response.text()) ?? {}, 'jwks_uri');
    if (response.ok && uri !== undefined && isProtectedUrl(uri)) return new URL(uri);
    throw unreachable(issuer, `${url} names no jwks_uri (status ${response.status})`);
  }
}

/** Node says why a fetch failed in the cause of its error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function unreachable(issuer: string, problem: string): OAuthError {
  return new OAuthError(400, 'invalid_request', `AADSTS50166: Request to the issuer '${issuer}' failed: ${problem}.`);
}
