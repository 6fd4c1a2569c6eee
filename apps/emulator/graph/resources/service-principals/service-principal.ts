import { digestOf, newSecret } from '../../../base/secrets';
import { createSigningCertificate } from '../../../base/authority';
import { type Context, param, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, GraphError, invalidValue, notImplemented } from '../../graph-error';
import { objectReply } from '../../http/reply';
import {
  findText,
  isList,
  isObject,
  type Json,
  type JsonObject,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  without,
} from '../../json';
import { ownedCreator } from '../../permissions/access';
import type { Entity } from '../../store/store';
import { noBackingApplication, refuseSecondPrincipal } from '../application-rules';
import { keysWithCertificates, passwordRoutes, withoutSecrets } from '../credentials';
import { moveToBin } from '../directory/deleted-items';
import { ownersOf } from '../directory/directory-objects';
import { change, type Change, create, entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';

const LONGEST_YEARS = 3;

/** The slow half of addTokenSigningCertificate: checks what was asked and makes the certificate. @throws GraphError 400 */
async function prepareCertificate(body: JsonObject, now: Date): Promise<Json> {
  const displayName = findText(body, 'displayName') ?? '';
  if (!/^CN=[^,=+<>#;"\\]+$/.test(displayName)) {
    throw badRequest("Property displayName is invalid: it must be a name that starts with 'CN='.");
  }
  const longest = new Date(now);
  longest.setUTCFullYear(now.getUTCFullYear() + LONGEST_YEARS);
  const endDateTime = findText(body, 'endDateTime') ?? longest.toISOString();
  const end = Date.parse(endDateTime);
  // A day more, for whoever counts three years in days.
  if (!(end > now.getTime() && end <= longest.getTime() + 86_400_000)) {
    throw badRequest('Property endDateTime is invalid: it must be in the next three years.');
  }
  const made = await createSigningCertificate(displayName, new Date(end), now);
  return { ...made, displayName, endDateTime };
}

/** Adds a prepared certificate: as a key that signs, a key that verifies, and a password for the first. */
function addSigningCertificate(directory: Directory, id: string, prepared: Json): JsonObject {
  const principal = directory.get('servicePrincipals', id);
  const made = isObject(prepared) ? prepared : {};
  const shared = {
    customKeyIdentifier: textOf(made, 'identifier'),
    displayName: textOf(made, 'displayName'),
    startDateTime: directory.now(),
    endDateTime: textOf(made, 'endDateTime'),
  };
  const thumbprint = textOf(made, 'thumbprint');
  const key = (type: string, usage: string) => ({
    ...shared,
    keyId: directory.newId(),
    type,
    usage,
    _thumbprint: thumbprint,
  });
  const signing = { ...key('X509CertAndPassword', 'Sign'), _privateKey: textOf(made, 'privateKey') };
  const verifying = { ...key('AsymmetricX509Cert', 'Verify'), _certificate: textOf(made, 'certificate') };
  const password = { ...shared, hint: null, keyId: signing.keyId, _digest: digestOf(newSecret()) };
  directory.put('servicePrincipals', {
    ...principal,
    keyCredentials: [...objectsOf(principal, 'keyCredentials'), signing, verifying],
    passwordCredentials: [...objectsOf(principal, 'passwordCredentials'), password],
  });
  return {
    ...shared,
    key: textOf(made, 'certificate'),
    keyId: signing.keyId,
    thumbprint,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  };
}

const SIGN_ON_MODES = ['saml', 'password', 'oidc', 'notSupported'];

/** Lists of credentials that a PATCH may shorten; they grow by addPassword and addTokenSigningCertificate alone. */
const CREDENTIALS = ['keyCredentials', 'passwordCredentials'];

/** Properties that an application says, if it is in the same directory. */
const OF_APPLICATION = ['displayName', 'homepage', 'logoutUrl', 'replyUrls', 'servicePrincipalNames'];

export const SERVICE_PRINCIPAL: EntityType = {
  collection: 'servicePrincipals',
  name: 'servicePrincipal',
  set: 'servicePrincipals',
  initial: {
    accountEnabled: true,
    appRoleAssignmentRequired: false,
    info: {},
    servicePrincipalType: 'Application',
    verifiedPublisher: {},
  },
  readOnly: [
    'appDisplayName',
    'appDescription',
    'applicationTemplateId',
    'appOwnerOrganizationId',
    'disabledByMicrosoftStatus',
    'verifiedPublisher',
    'samlMetadataUrl',
    'oauth2PermissionScopes',
    'appRoles',
    'signInAudience',
    'resourceSpecificApplicationPermissions',
  ],
  fixed: ['appId'],
  unsupported: ['tokenEncryptionKeyId', 'addIns', 'info', 'servicePrincipalType', ...OF_APPLICATION],
  binds: ['owners'],
  kept: (body) => without(body, ...CREDENTIALS),
  check: checkServicePrincipal,
  view: servicePrincipalView,
  selected: (entity) => ({ keyCredentials: keysWithCertificates(entity) }),
  expand: {
    owners: ownersOf,
    appRoleAssignedTo: (directory, { id }) =>
      directory.list('appRoleAssignments').filter((assignment) => assignment['resourceId'] === id),
    claimsMappingPolicies: (directory, { id }) =>
      directory
        .readLinks(id, 'claimsMappingPolicies')
        .flatMap((policy) => directory.find('claimsMappingPolicies', policy) ?? []),
  },
};

export const servicePrincipalRoutes: readonly Route[] = [
  ...entityRoutes({
    type: SERVICE_PRINCIPAL,
    create: createServicePrincipal,
    update: updateServicePrincipal,
    remove: (directory, principal) => {
      refuseInSamlMode(directory, principal);
      moveToBin(directory, 'servicePrincipals', principal);
    },
  }),
  ...referenceRoutes({ relation: 'owners', collection: 'servicePrincipals' }),
  ...passwordRoutes('servicePrincipals'),
  {
    method: 'POST',
    path: '/servicePrincipals/{id}/addTokenSigningCertificate',
    prepare: prepareCertificate,
    handle: (c) => {
      const certificate = addSigningCertificate(c.directory, param(c, 'id'), c.prepared);
      return objectReply(c, 'microsoft.graph.selfSignedCertificate', certificate);
    },
  },
];

/** A service principal repeats what its application says, if that is in the same directory. */
export function servicePrincipalView(directory: Directory, principal: Entity): JsonObject {
  const application = directory.findByAppId('applications', textOf(principal, 'appId'));
  const own = withoutSecrets(principal);
  return application === undefined ? own : { ...own, ...fromApplication(application) };
}

function fromApplication(application: Entity): JsonObject {
  const [web, api] = [objectOf(application, 'web'), objectOf(application, 'api')];
  const platforms = ['web', 'spa', 'publicClient'].map((platform) => objectOf(application, platform));
  return {
    appDisplayName: application['displayName'] ?? null,
    appDescription: application['description'] ?? null,
    displayName: application['displayName'] ?? null,
    homepage: web['homePageUrl'] ?? null,
    logoutUrl: web['logoutUrl'] ?? null,
    replyUrls: platforms.flatMap((platform) => textsOf(platform, 'redirectUris')),
    servicePrincipalNames: [textOf(application, 'appId'), ...textsOf(application, 'identifierUris')],
    signInAudience: application['signInAudience'] ?? null,
    appRoles: objectsOf(application, 'appRoles'),
    oauth2PermissionScopes: objectsOf(api, 'oauth2PermissionScopes'),
  };
}

/** @throws GraphError where Graph refuses it */
function createServicePrincipal({ directory, body, caller }: Context): Entity {
  const appId = findText(body, 'appId') ?? '';
  const application = directory.findVisibleApplication(appId);
  if (application === undefined) throw noBackingApplication(appId);
  refuseSecondPrincipal(directory, appId);
  const { applicationTemplateId = null } = application;
  const given = { appOwnerOrganizationId: directory.tenant.id, applicationTemplateId };
  return create(directory, SERVICE_PRINCIPAL, { body, given, owner: ownedCreator(caller) });
}

function updateServicePrincipal(directory: Directory, { id, body }: Change): Entity {
  const lists = CREDENTIALS.filter((name) => name in body);
  const before = directory.get('servicePrincipals', id);
  const given = Object.fromEntries(lists.map((name) => [name, keptIn(before, name, body)]));
  return change(directory, SERVICE_PRINCIPAL, { id, body, given });
}

/** azuread sends back what it read, without keys and secrets: only which credentials are named counts. */
function keptIn(before: Entity, name: string, body: JsonObject): readonly JsonObject[] {
  const sent = body[name] ?? [];
  if (!isList(sent) || !sent.every(isObject)) throw invalidValue(name, 'ServicePrincipal');
  const ids = sent.map((credential) => textOf(credential, 'keyId').toLowerCase());
  const known = objectsOf(before, name);
  const isKnown = ids.every((id) => known.some((credential) => textOf(credential, 'keyId') === id));
  if (!isKnown) throw notImplemented(`adding to '${name}' by PATCH`);
  return known.filter((credential) => ids.includes(textOf(credential, 'keyId')));
}

function checkServicePrincipal(_directory: Directory, principal: Entity): void {
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

/** The service was seen to keep SAML applications until the mode is cleared. @throws GraphError 400 */
export function refuseInSamlMode(directory: Directory, principal: Entity): void {
  if (directory.quirks.samlDeletion === 'allowed' || principal['preferredSingleSignOnMode'] !== 'saml') return;
  const message = 'Service principal cannot be deleted while its single sign-on mode is SAML.';
  throw new GraphError(400, 'DeletingSamlSpNotAllowed', message);
}
