import type { EntityType } from '../../directory/directory';
import { createEntity } from '../../directory/objects';
import type { Context, Route } from '../../context';
import { type JsonObject, textOf } from '../../json';
import { entityRoutes } from '../entity-routes';
import type { ReferenceChange } from '../reference-routes';
import { getDirectoryObject } from './directory-objects';

/** An entry of Entra ID's audit log ('directoryAudit resource type'). Only memberships are recorded here. */
const DIRECTORY_AUDIT: EntityType = {
  collection: 'directoryAudits',
  name: 'directoryAudit',
  set: 'auditLogs/directoryAudits',
  initial: { category: 'GroupManagement', result: 'success', resultReason: '', loggedByService: 'Core Directory' },
};

export const auditLogRoutes: readonly Route[] = entityRoutes({ type: DIRECTORY_AUDIT, actions: ['list'] });

export function recordMembership({ directory, caller }: Context, { from, to, isAdded }: ReferenceChange): void {
  const group = directory.get('groups', from);
  const { type, entity } = getDirectoryObject(directory, to);
  const changed = (displayName: string, value: string): JsonObject => {
    const quoted = JSON.stringify(value);
    return { displayName, oldValue: isAdded ? null : quoted, newValue: isAdded ? quoted : null };
  };
  const modifiedProperties = [
    changed('Group.ObjectID', group.id),
    changed('Group.DisplayName', textOf(group, 'displayName')),
  ];
  const entry = createEntity(
    DIRECTORY_AUDIT,
    {},
    {
      id: directory.newId(),
      correlationId: directory.newId(),
      activityDisplayName: isAdded ? 'Add member to group' : 'Remove member from group',
      activityDateTime: directory.now(),
      operationType: isAdded ? 'Assign' : 'Unassign',
      initiatedBy: { user: null, app: { servicePrincipalId: caller.objectId, displayName: caller.appId } },
      targetResources: [
        {
          id: entity.id,
          displayName: null,
          type: type === 'user' ? 'User' : 'Other',
          userPrincipalName: entity['userPrincipalName'] ?? null,
          modifiedProperties,
        },
        { id: group.id, displayName: null, type: 'Group', groupType: 'azureAD', modifiedProperties: [] },
      ],
    },
  );
  directory.put('directoryAudits', entry);
}
