import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { boundIds } from '../directory/directory-objects';
import { moveToBin } from '../directory/deleted-items-service';
import { refuseInSamlMode } from '../service-principals/service-principal-service';
import { APPLICATION } from './application-type';
import { patchedKeys } from './key-credentials';
import { checkApplication } from './application-rules';

/** @throws GraphError where Graph refuses it */
export function createApplication(directory: Directory, body: JsonObject, ownerId?: string): Entity {
  const owners = new Set([...boundIds(directory, body, 'owners'), ...(ownerId === undefined ? [] : [ownerId])]);
  const application = createEntity(APPLICATION, body, {
    id: directory.newId(),
    appId: directory.newId(),
    createdDateTime: directory.now(),
    publisherDomain: directory.tenant.domain,
  });
  checkApplication(directory, application, undefined);
  directory.put('applications', application);
  directory.setLinks(application.id, 'owners', [...owners]);
  return application;
}

export function updateApplication(directory: Directory, id: string, body: JsonObject): Entity {
  const before = directory.get('applications', id);
  const { keyCredentials, ...rest } = body;
  const patched = patchEntity(APPLICATION, before, rest);
  const keys = keyCredentials === undefined ? {} : { keyCredentials: patchedKeys(directory, before, keyCredentials) };
  const application = { ...patched, ...keys };
  checkApplication(directory, application, before);
  return directory.put('applications', application);
}

/** Its service principal goes with it; both can be restored from the bin. */
export function deleteApplication(directory: Directory, id: string): void {
  const application = directory.get('applications', id);
  const principal = directory.findByAppId('servicePrincipals', textOf(application, 'appId'));
  const principals = principal === undefined ? [] : [principal];
  if (principal !== undefined) refuseInSamlMode(directory, principal);
  moveToBin(directory, { collection: 'applications', entity: application, with: principals });
}
