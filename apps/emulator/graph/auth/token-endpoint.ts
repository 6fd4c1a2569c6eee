import type { Directory } from '../directory/directory';
import type { JsonObject } from '../json';
import { objectsOf, textOf, textsOf } from '../json';
import type { Reply } from '../context';
import { GRAPH_APP_ID } from './roles';
import { servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';
import { authenticateClient } from './client-authentication';
import type { IssuerKeys } from './issuer-keys';
import { OAuthError } from './oauth-error';
import type { PendingSignIns, SignedIn } from './pending-sign-ins';
import type { TokenRequest, TokenSigner } from '../tokens';
import { TOKEN_SECONDS } from '../tokens';

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
export function checkTenant({ directory }: TokenEndpoint, tenant: string): void {
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
