import type { Directory } from '../../directory/directory';
import type { Collection } from '../../store/store';

/** Objects that have no meaning without the one that a property of theirs names. */
const DEPENDENTS: readonly (readonly [Collection, readonly string[]])[] = [
  ['oauth2PermissionGrants', ['clientId', 'resourceId', 'principalId']],
  ['appRoleAssignments', ['principalId', 'resourceId']],
  ['synchronizationJobs', ['_servicePrincipalId']],
  ['synchronizationSecrets', ['id']],
];

/** Removes grants, assignments, jobs and references of an object that is about to go. */
export function removeWhatRefersTo(directory: Directory, id: string): void {
  for (const [collection, properties] of DEPENDENTS) {
    for (const dependent of directory.all(collection)) {
      if (properties.some((property) => dependent[property] === id)) directory.remove(collection, dependent.id);
    }
  }
  directory.unlinkEverywhere(id);
}
