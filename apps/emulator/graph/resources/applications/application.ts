import type { Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import { findText, objectsOf, textOf, textsOf } from '../../json';
import { ownedCreator } from '../../permissions/access';
import type { Entity } from '../../store/store';
import { checkApplication } from '../application-rules';
import { keysWithCertificates, passwordRoutes, patchedKeys, withoutSecrets } from '../credentials';
import { moveToBin } from '../directory/deleted-items';
import { ownersOf } from '../directory/directory-objects';
import { change, type Change, containedRoutes, create, entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';
import { refuseInSamlMode } from '../service-principals/service-principal';

/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
const MOST = 20;
const LONGEST = 600;
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;

const CREDENTIAL: EntityType = {
  collection: 'applications',
  name: 'federatedIdentityCredential',
  set: 'applications/federatedIdentityCredentials',
  fixed: ['name'],
  check: (_directory, credential) => {
    const bad = ['name', 'issuer', 'subject', 'audiences'].find((name) => !isValid(credential, name));
    if (bad !== undefined) throw invalidValue(bad, CREDENTIAL.name);
  },
};

function isValid(credential: Entity, name: string): boolean {
  if (name === 'name') return NAME.test(textOf(credential, name));
  if (name === 'issuer' && !URL.canParse(textOf(credential, name))) return false;
  const texts = name === 'audiences' ? textsOf(credential, name) : [findText(credential, name) ?? ''];
  return texts.length === 1 && texts.every((text) => text !== '' && text.length <= LONGEST);
}

function checkAll(credentials: readonly Entity[]): void {
  if (credentials.length > MOST) throw badRequest(`An application has at most ${MOST} federated identity credentials.`);
  const names = credentials.map((item) => textOf(item, 'name').toLowerCase());
  if (new Set(names).size < names.length)
    throw conflict('A federated identity credential of this name already exists.');
  const subjects = credentials.map((item) => `${textOf(item, 'issuer')} ${textOf(item, 'subject')}`);
  if (new Set(subjects).size < subjects.length)
    throw conflict('A federated identity credential with this issuer and subject already exists.');
}

export const APPLICATION: EntityType = {
  collection: 'applications',
  name: 'application',
  set: 'applications',
  initial: {
    signInAudience: 'AzureADMyOrg',
    api: {},
    info: {},
    parentalControlSettings: { legalAgeGroupRule: 'Allow' },
    publicClient: {},
    spa: {},
    verifiedPublisher: {},
    web: { implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false } },
  },
  readOnly: [
    'appId',
    'applicationTemplateId',
    'disabledByMicrosoftStatus',
    'publisherDomain',
    'verifiedPublisher',
    'certification',
  ],
  unsupported: ['keyCredentials', 'passwordCredentials', 'tokenEncryptionKeyId', 'uniqueName'],
  binds: ['owners'],
  check: checkApplication,
  view: (_directory, entity) => withoutSecrets(entity),
  selected: (entity) => ({ keyCredentials: keysWithCertificates(entity) }),
  expand: {
    owners: ownersOf,
    federatedIdentityCredentials: (_directory, entity) => objectsOf(entity, '_federatedCredentials'),
  },
};

export const applicationRoutes: readonly Route[] = [
  ...entityRoutes({
    type: APPLICATION,
    create: ({ directory, body, caller }) => {
      const given = { appId: directory.newId(), publisherDomain: directory.tenant.domain };
      return create(directory, APPLICATION, { body, given, owner: ownedCreator(caller) });
    },
    update: updateApplication,
    remove: deleteApplication,
  }),
  ...referenceRoutes({ relation: 'owners', collection: 'applications' }),
  ...passwordRoutes('applications'),
  ...containedRoutes({
    type: CREDENTIAL,
    path: '/applications/{id}/federatedIdentityCredentials',
    key: 'credential',
    property: '_federatedCredentials',
    names: ['id', 'name'],
    check: checkAll,
  }),
];

function updateApplication(directory: Directory, { id, body: { keyCredentials, ...body } }: Change): Entity {
  if (keyCredentials === undefined) return change(directory, APPLICATION, { id, body });
  const keys = patchedKeys(directory, directory.get('applications', id), keyCredentials);
  return change(directory, APPLICATION, { id, body, given: { keyCredentials: keys } });
}

/** Its service principal goes with it; both can be restored from the bin. */
function deleteApplication(directory: Directory, application: Entity): void {
  const principal = directory.findByAppId('servicePrincipals', textOf(application, 'appId'));
  if (principal !== undefined) {
    refuseInSamlMode(directory, principal);
    moveToBin(directory, 'servicePrincipals', principal);
  }
  moveToBin(directory, 'applications', application);
}
