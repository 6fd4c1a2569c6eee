import type { Directory } from '../directory/directory';
import { createEntity } from '../directory/objects';
import { objectOf, objectsOf, textOf, textsOf } from '../json';
import { grantOf, putGrant } from '../resources/grants/grants';
import { SERVICE_PRINCIPAL, servicePrincipalView } from '../resources/service-principals/service-principal';
import type { Entity } from '../store/store';
import { OAuthError } from './oauth-error';
import { GRAPH_APP_ID } from './roles';

/** Microsoft's own public client for Graph, which asks for any scope when somebody signs in. */
const COMMAND_LINE_TOOLS = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** Scopes that say who somebody is; everybody may consent to them. */
const SIGN_IN_SCOPES = ['openid', 'profile', 'offline_access', 'email'];
const FOR_EVERYBODY = [...SIGN_IN_SCOPES, 'User.Read'];

/** A public client as it asks for somebody's sign-in. */
export interface PublicClient {
  readonly appId: string;
  /** Undefined for Microsoft's own, which takes any address of this machine. */
  readonly application: Entity | undefined;
}

/** @throws OAuthError where there is no such application */
export function findPublicClient(directory: Directory, appId: string): PublicClient {
  if (appId === COMMAND_LINE_TOOLS) return { appId, application: undefined };
  const application = directory.findByAppId('applications', appId);
  if (application !== undefined) return { appId, application };
  const problem = `AADSTS700016: Application with identifier '${appId}' was not found in the directory.`;
  throw new OAuthError(400, 'unauthorized_client', problem);
}

/** Refuses a client that would have to prove itself. @throws OAuthError */
export function requirePublic({ application }: PublicClient): void {
  if (application === undefined || application['isFallbackPublicClient'] === true) return;
  const problem =
    "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
  throw new OAuthError(401, 'invalid_client', problem);
}

/** An address of this machine may have any port: https://learn.microsoft.com/entra/identity-platform/reply-url */
export function takesRedirect({ application }: PublicClient, uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, pathname } = new URL(uri);
  if (protocol !== 'http:' || hostname !== 'localhost') return false;
  if (application === undefined) return true;
  const registered = textsOf(objectOf(application, 'publicClient'), 'redirectUris');
  return registered.some(
    (one) => URL.canParse(one) && new URL(one).host === 'localhost' && new URL(one).pathname === pathname,
  );
}

/** Scopes of Graph as a client writes them, bare or with the name of the resource, without those of the sign-in. */
export function scopesAsked(text: string, audiences: readonly string[]): readonly string[] {
  return text
    .split(' ')
    .map((scope) => audiences.reduce((rest, audience) => rest.replace(`${audience}/`, ''), scope))
    .filter((scope) => scope !== '' && !SIGN_IN_SCOPES.includes(scope));
}

/**
 * The scopes that a person's token has: those asked for, or all that the client was granted for `.default`. An administrator
 * consents by signing in; anybody else needs a consent that is there. @throws OAuthError
 */
export function consentTo(
  directory: Directory,
  { appId }: PublicClient,
  { person, scopes }: { readonly person: Entity; readonly scopes: readonly string[] },
): readonly string[] {
  const client = directory.findByAppId('servicePrincipals', appId);
  const granted = client === undefined ? [] : scopesGranted(directory, client, person);
  if (scopes.includes('.default')) return granted;
  const missing = scopes.filter((scope) => !granted.includes(scope));
  refuseUnknown(directory, missing);
  if (missing.length === 0) return scopes;
  if (!isAdministrator(directory, person) && !missing.every((scope) => FOR_EVERYBODY.includes(scope))) {
    const problem = 'AADSTS90094: An administrator of the organization must grant the permissions that are asked for.';
    throw new OAuthError(400, 'access_denied', problem);
  }
  putGrant(directory, {
    clientId: (client ?? addPrincipal(directory, appId)).id,
    principalId: person.id,
    resourceId: graphOf(directory).id,
    scopes: missing,
  });
  return scopes;
}

/** Tells whether somebody may consent, and change the directory. */
export function isAdministrator({ quirks }: Directory, person: Entity): boolean {
  return quirks.administrators?.includes(textOf(person, 'userPrincipalName')) ?? true;
}

function graphOf(directory: Directory): Entity {
  const graph = directory.findByAppId('servicePrincipals', GRAPH_APP_ID);
  if (graph === undefined) throw new Error('the directory lacks the service principal of Microsoft Graph');
  return graph;
}

function scopesGranted(directory: Directory, client: Entity, person: Entity): readonly string[] {
  const resourceId = graphOf(directory).id;
  return [null, person.id]
    .flatMap((principalId) => grantOf(directory, { clientId: client.id, principalId, resourceId }) ?? [])
    .flatMap((grant) => textOf(grant, 'scope').split(' '));
}

function refuseUnknown(directory: Directory, scopes: readonly string[]): void {
  const known = objectsOf(servicePrincipalView(directory, graphOf(directory)), 'oauth2PermissionScopes');
  const unknown = scopes.find((scope) => !known.some((one) => textOf(one, 'value') === scope));
  if (unknown === undefined) return;
  const problem = `AADSTS650053: The application asked for scope '${unknown}' that doesn't exist on the resource '${GRAPH_APP_ID}'.`;
  throw new OAuthError(400, 'invalid_client', problem);
}

/** The first consent brings Microsoft's own application into the directory. */
function addPrincipal(directory: Directory, appId: string): Entity {
  const names = {
    displayName: 'Microsoft Graph Command Line Tools',
    appDisplayName: 'Microsoft Graph Command Line Tools',
  };
  const principal = createEntity(SERVICE_PRINCIPAL, { appId }, { id: directory.newId(), ...names });
  return directory.put('servicePrincipals', principal);
}
