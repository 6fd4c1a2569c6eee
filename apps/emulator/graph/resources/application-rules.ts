import type { Directory } from '../directory/directory';
import { badRequest, conflict, invalidValue } from '../graph-error';
import { findText, type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../json';
import type { Entity } from '../store/store';

const AUDIENCES = [
  'AzureADMyOrg',
  'AzureADMultipleOrgs',
  'AzureADandPersonalMicrosoftAccount',
  'PersonalMicrosoftAccount',
];

/** Names of scopes are that short where personal accounts may consent to them. */
const PERSONAL_SCOPE_LENGTH = 40;
const SCOPE_LENGTH = 120;
const NAME_LENGTH = 256;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Refuses an application as Graph does. `before` is undefined where it is new. @throws GraphError 400 */
export function checkApplication(directory: Directory, application: Entity, before: Entity | undefined): void {
  checkName(application);
  checkAudience(application);
  checkIdentifierUris(directory, application);
  checkScopes(application);
  checkRemovedPermissions(application, before);
  checkMembershipClaims(application);
  checkRedirectUris(application);
  checkResourceAccess(application);
}

/** @throws GraphError 409 where the application has a service principal */
export function refuseSecondPrincipal(directory: Directory, appId: string): void {
  if (directory.findByAppId('servicePrincipals', appId) === undefined) return;
  const rule = 'The service principal cannot be created, updated, or restored because the service principal name';
  throw conflict(`${rule} ${appId} is already in use.`);
}

export function noBackingApplication(appId: string): Error {
  const message = `The appId '${appId}' of the service principal does not reference a valid application object.`;
  return badRequest(message, 'NoBackingApplicationObject');
}

function checkName(application: Entity): void {
  const name = textOf(application, 'displayName');
  if (name === '') throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
  if (name.length > NAME_LENGTH) throw invalidValue('displayName', 'Application');
}

export function takesPersonalAccounts(application: Entity): boolean {
  return textOf(application, 'signInAudience').includes('Personal');
}

function checkAudience(application: Entity): void {
  if (!AUDIENCES.includes(textOf(application, 'signInAudience'))) throw invalidValue('signInAudience', 'Application');
  const version = objectOf(application, 'api')['requestedAccessTokenVersion'] ?? null;
  const versions = takesPersonalAccounts(application) ? [2] : [null, 1, 2];
  if (!versions.some((one) => one === version))
    throw badRequest('Property api.requestedAccessTokenVersion is invalid.', 'InvalidAccessTokenVersion');
}

function checkIdentifierUris(directory: Directory, application: Entity): void {
  const uris = textsOf(application, 'identifierUris');
  if (new Set(uris).size < uris.length) throw invalidValue('identifierUris', 'Application');
  const others = directory.all('applications').filter((other) => other.id !== application.id);
  const taken = new Set(others.flatMap((other) => textsOf(other, 'identifierUris')));
  for (const uri of uris) {
    if (taken.has(uri)) {
      const message = 'Another object with the same value for property identifierUris already exists.';
      throw badRequest(message).with({ details: [{ code: 'ObjectConflict', message, target: 'identifierUris' }] });
    }
    checkIdentifierUri(directory, application, uri);
  }
}

/** Applications made from a template may claim URIs of the service that they stand for; others only their own. */
function checkIdentifierUri(directory: Directory, application: Entity, uri: string): void {
  if (!URL.canParse(uri)) throw invalidValue('identifierUris', 'Application');
  const { protocol, hostname } = new URL(uri);
  if (protocol === 'urn:' && takesPersonalAccounts(application)) throw invalidValue('identifierUris', 'Application');
  if (protocol !== 'https:' && protocol !== 'http:') return;
  const isVerified = directory.tenant.verifiedDomains.some(
    (domain) => hostname === domain || hostname.endsWith(`.${domain}`),
  );
  if (isVerified || findText(application, 'applicationTemplateId') !== undefined) return;
  const rule = 'must use a verified domain of the organization or its subdomain';
  throw badRequest(`Values of identifierUris property ${rule}: '${uri}'`, 'HostNameNotOnVerifiedDomain');
}

function scopesOf(application: Entity): readonly JsonObject[] {
  return objectsOf(objectOf(application, 'api'), 'oauth2PermissionScopes');
}

function checkScopes(application: Entity): void {
  const scopes = scopesOf(application);
  const longest = takesPersonalAccounts(application) ? PERSONAL_SCOPE_LENGTH : SCOPE_LENGTH;
  for (const scope of scopes) {
    if (!GUID.test(textOf(scope, 'id'))) throw invalidValue('api.oauth2PermissionScopes.id', 'Application');
    if (textOf(scope, 'value').length > longest) {
      const rule = `it must not be longer than ${longest} characters`;
      throw badRequest(`Property api.oauth2PermissionScopes.value is invalid: ${rule}.`, 'InvalidValue');
    }
  }
  const roles = objectsOf(application, 'appRoles');
  if (!roles.every((role) => GUID.test(textOf(role, 'id')))) throw invalidValue('appRoles.id', 'Application');
  refuseRepeated([...scopes, ...roles], 'id');
  refuseRepeated(scopes, 'value');
}

function refuseRepeated(permissions: readonly JsonObject[], property: string): void {
  const values = permissions.map((permission) => textOf(permission, property)).filter((value) => value !== '');
  if (new Set(values).size === values.length) return;
  const message = 'It contains duplicate value. Please provide unique value.';
  throw badRequest(`Property api.oauth2PermissionScopes.${property} is invalid: ${message}`, 'DuplicateValue');
}

/** A scope or role that clients may be using must be disabled first, in a request of its own. */
function checkRemovedPermissions(application: Entity, before: Entity | undefined): void {
  if (before === undefined) return;
  refuseRemovedWhileEnabled(scopesOf(before), scopesOf(application));
  refuseRemovedWhileEnabled(objectsOf(before, 'appRoles'), objectsOf(application, 'appRoles'));
}

function refuseRemovedWhileEnabled(before: readonly JsonObject[], after: readonly JsonObject[]): void {
  const kept = new Set(after.map((permission) => textOf(permission, 'id')));
  const removed = before.find((permission) => permission['isEnabled'] === true && !kept.has(textOf(permission, 'id')));
  if (removed === undefined) return;
  const message = 'Permission (scope or role) cannot be deleted or updated unless disabled first.';
  throw badRequest(message, 'CannotDeleteOrUpdateEnabledEntitlement');
}

/** 'application resource type', groupMembershipClaims; several have commas between them. */
const MEMBERSHIP_CLAIMS = ['None', 'SecurityGroup', 'ApplicationGroup', 'DirectoryRole', 'All'];

function checkMembershipClaims(application: Entity): void {
  const claims = findText(application, 'groupMembershipClaims')?.split(',') ?? [];
  if (claims.some((claim) => !MEMBERSHIP_CLAIMS.includes(claim.trim())))
    throw invalidValue('groupMembershipClaims', 'Application');
}

/** 'Redirect URI (reply URL) outline and restrictions'. */
const MOST_REDIRECTS = { personal: 100, work: 256 };
const LONGEST_REDIRECT = 256;

function checkRedirectUris(application: Entity): void {
  const redirects = ['web', 'spa', 'publicClient'].flatMap((platform) =>
    textsOf(objectOf(application, platform), 'redirectUris').map((uri) => ({ platform, uri })),
  );
  const most = takesPersonalAccounts(application) ? MOST_REDIRECTS.personal : MOST_REDIRECTS.work;
  if (redirects.length > most)
    throw badRequest(`An application has at most ${most} redirect URIs.`, 'InvalidRedirectUri');
  if (new Set(redirects.map(({ uri }) => uri)).size < redirects.length)
    throw badRequest('A redirect URI can be given once, for one platform.', 'InvalidRedirectUri');
  const bad = redirects.find(({ platform, uri }) => !isRedirectUri(uri, platform));
  if (bad !== undefined)
    throw badRequest(`Property ${bad.platform}.redirectUris is invalid: '${bad.uri}'.`, 'InvalidRedirectUri');
}

function isRedirectUri(uri: string, platform: string): boolean {
  if (!URL.canParse(uri) || uri.length > LONGEST_REDIRECT) return false;
  const { protocol, hostname, hash } = new URL(uri);
  if (hash !== '') return false;
  if (platform === 'publicClient' || protocol === 'https:') return true;
  return protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
}

function checkResourceAccess(application: Entity): void {
  const resources = objectsOf(application, 'requiredResourceAccess');
  const ids = resources.map((resource) => textOf(resource, 'resourceAppId'));
  if (new Set(ids).size < ids.length) throw invalidValue('requiredResourceAccess', 'Application');
  for (const resource of resources) {
    const accesses = objectsOf(resource, 'resourceAccess');
    const areValid = accesses.every(
      (access) => GUID.test(textOf(access, 'id')) && ['Scope', 'Role'].includes(textOf(access, 'type')),
    );
    if (!GUID.test(textOf(resource, 'resourceAppId')) || !areValid) {
      throw invalidValue('requiredResourceAccess', 'Application');
    }
  }
}
