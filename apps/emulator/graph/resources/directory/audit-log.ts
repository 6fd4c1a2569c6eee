import type { EntityType } from '../../directory/entity-type';
import type { Context, Route } from '../../http/context';
import { listReply } from '../../http/reply';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { ReferenceChange } from '../reference-routes';
import { getDirectoryObject } from './directory-objects';

/** An entry of Entra ID's audit log ('directoryAudit resource type'). Only memberships are recorded here. */
const DIRECTORY_AUDIT: EntityType = {
  collection: 'directoryAudits',
  name: 'directoryAudit',
  set: 'auditLogs/directoryAudits',
  defaults: {
    id: '',
    category: 'GroupManagement',
    correlationId: '',
    result: 'success',
    resultReason: '',
    activityDisplayName: '',
    activityDateTime: '',
    loggedByService: 'Core Directory',
    operationType: '',
    initiatedBy: {},
    targetResources: [],
    additionalDetails: [],
  },
  readOnly: [],
};

export const auditLogRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/auditLogs/directoryAudits',
    query: 'list',
    handle: (c) => listReply(c, DIRECTORY_AUDIT, c.directory.list('directoryAudits')),
  },
];

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
  directory.put('directoryAudits', {
    ...DIRECTORY_AUDIT.defaults,
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
  });
}
