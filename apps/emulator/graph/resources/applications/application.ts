import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { patchEntity } from '../../directory/objects';
import type { Route } from '../../context';
import { objectsOf, textOf } from '../../json';
import { ownedCreator } from '../../permissions/access';
import type { Entity } from '../../store/store';
import { moveToBin } from '../directory/deleted-items';
import { ownersOf } from '../directory/directory-objects';
import { type Change, create, entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';
import { refuseInSamlMode } from '../service-principals/service-principal';
import { checkApplication } from '../application-rules';
import { keysWithCertificates, passwordRoutes, patchedKeys, withoutSecrets } from '../credentials';

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
];

function updateApplication(directory: Directory, { id, body }: Change): Entity {
  const before = directory.get('applications', id);
  const { keyCredentials, ...rest } = body;
  const patched = patchEntity(APPLICATION, before, rest);
  const keys = keyCredentials === undefined ? {} : { keyCredentials: patchedKeys(directory, before, keyCredentials) };
  const application = { ...patched, ...keys };
  checkApplication(directory, application, before);
  return directory.put('applications', application);
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
