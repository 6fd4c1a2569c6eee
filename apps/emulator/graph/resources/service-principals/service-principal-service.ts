import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { badRequest, conflict, GraphError, invalidValue, notImplemented } from '../../graph-error';
import type { JsonObject } from '../../json';
import { findText, isList, isObject, objectsOf, textOf, textsOf, without } from '../../json';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items-service';
import { boundIds } from '../directory/directory-objects';
import { SERVICE_PRINCIPAL } from './service-principal-type';

const SIGN_ON_MODES = ['saml', 'password', 'oidc', 'notSupported'];

/** Lists of credentials that a PATCH may shorten; they grow by addPassword and addTokenSigningCertificate alone. */
const CREDENTIALS = ['keyCredentials', 'passwordCredentials'];

/** @throws GraphError where Graph refuses it */
export function createServicePrincipal(directory: Directory, body: JsonObject, ownerId?: string): Entity {
  const appId = findText(body, 'appId') ?? '';
  const application = directory.findVisibleApplication(appId);
  if (application === undefined) {
    const message = `The appId '${appId}' of the service principal does not reference a valid application object.`;
    throw badRequest(message, 'NoBackingApplicationObject');
  }
  refuseSecond(directory, appId);
  const owners = new Set([...boundIds(directory, body, 'owners'), ...(ownerId === undefined ? [] : [ownerId])]);
  const principal = createEntity(SERVICE_PRINCIPAL, withoutCredentials(body), {
    id: directory.newId(),
    appOwnerOrganizationId: directory.tenant.id,
    applicationTemplateId: application['applicationTemplateId'] ?? null,
  });
  checkServicePrincipal(principal);
  directory.put('servicePrincipals', principal);
  directory.setLinks(principal.id, 'owners', [...owners]);
  return principal;
}

function refuseSecond(directory: Directory, appId: string): void {
  if (directory.findByAppId('servicePrincipals', appId) === undefined) return;
  const rule = 'The service principal cannot be created, updated, or restored because the service principal name';
  throw conflict(`${rule} ${appId} is already in use.`);
}

export function updateServicePrincipal(directory: Directory, id: string, body: JsonObject): Entity {
  const before = directory.get('servicePrincipals', id);
  const patched = patchEntity(SERVICE_PRINCIPAL, before, withoutCredentials(body));
  const principal = { ...patched, ...keptCredentials(before, body) };
  checkServicePrincipal(principal);
  return directory.put('servicePrincipals', principal);
}

function withoutCredentials(body: JsonObject): JsonObject {
  return without(body, ...CREDENTIALS);
}

/** azuread sends back what it read, without keys and secrets: only which credentials are named counts. */
function keptCredentials(before: Entity, body: JsonObject): JsonObject {
  const lists = CREDENTIALS.filter((name) => name in body);
  return Object.fromEntries(lists.map((name) => [name, keptIn(before, name, body)]));
}

function keptIn(before: Entity, name: string, body: JsonObject): readonly JsonObject[] {
  const sent = body[name] ?? [];
  if (!isList(sent) || !sent.every(isObject)) throw invalidValue(name, 'ServicePrincipal');
  const ids = sent.map((credential) => textOf(credential, 'keyId').toLowerCase());
  const known = objectsOf(before, name);
  const isKnown = ids.every((id) => known.some((credential) => textOf(credential, 'keyId') === id));
  if (!isKnown) throw notImplemented(`adding to '${name}' by PATCH`);
  return known.filter((credential) => ids.includes(textOf(credential, 'keyId')));
}

function checkServicePrincipal(principal: Entity): void {
  const mode = findText(principal, 'preferredSingleSignOnMode') ?? '';
  if (mode !== '' && !SIGN_ON_MODES.includes(mode)) throw invalidValue('preferredSingleSignOnMode', 'ServicePrincipal');
  const loginUrl = findText(principal, 'loginUrl') ?? '';
  if (loginUrl !== '' && !URL.canParse(loginUrl)) throw invalidValue('loginUrl', 'ServicePrincipal');
  const isMail = textsOf(principal, 'notificationEmailAddresses').every((address) => /^[^@\s]+@[^@\s]+$/.test(address));
  if (!isMail) throw invalidValue('notificationEmailAddresses', 'ServicePrincipal');
  checkActiveCertificate(principal);
}

/** Active is a certificate that the service principal has, by the SHA-1 of it. */
function checkActiveCertificate(principal: Entity): void {
  const thumbprint = findText(principal, 'preferredTokenSigningKeyThumbprint');
  if (thumbprint === undefined || thumbprint === '') return;
  const known = objectsOf(principal, 'keyCredentials').map((key) => textOf(key, '_thumbprint'));
  // Removing the active certificate leaves the thumbprint as it is.
  if (known.length === 0 || known.includes(thumbprint.toUpperCase())) return;
  throw invalidValue('preferredTokenSigningKeyThumbprint', 'ServicePrincipal');
}

/** @throws GraphError 400 in SAML mode, if that quirk is on */
export function deleteServicePrincipal(directory: Directory, id: string): void {
  const principal = directory.get('servicePrincipals', id);
  refuseInSamlMode(directory, principal);
  moveToBin(directory, { collection: 'servicePrincipals', entity: principal });
}

/** The service was seen to keep SAML applications until the mode is cleared. */
export function refuseInSamlMode(directory: Directory, principal: Entity): void {
  if (directory.quirks.samlDeletion === 'allowed' || principal['preferredSingleSignOnMode'] !== 'saml') return;
  const message = 'Service principal cannot be deleted while its single sign-on mode is SAML.';
  throw new GraphError(400, 'DeletingSamlSpNotAllowed', message);
}
