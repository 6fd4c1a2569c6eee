import { mayDo } from '../../permissions/access';
import type { Directory } from '../../directory/directory';
import { forbidden } from '../../graph-error';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { valuesReply } from '../../http/reply';
import { recordMembership } from '../directory/audit-log';
import { linkedObjects } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import { OWNERS, referenceRoutes } from '../reference-routes';
import { checkChange, checkMembers } from './group-rules';
import { createGroup, deleteGroup, updateGroup } from './group-service';
import { GROUP } from './group-type';

const MANAGE_ROLES = 'RoleManagement.ReadWrite.Directory';
const UPDATE = { method: 'PATCH', path: '/groups/{id}' };

export const groupRoutes: readonly Route[] = [
  ...entityRoutes({
    type: GROUP,
    // The caller becomes an owner only of what it creates with no more than Group.Create.
    create: (c) => {
      // 'Use Microsoft Entra groups to manage role assignments'
      if (c.body['isAssignableToRole'] === true && !c.caller.permissions.includes(MANAGE_ROLES)) throw forbidden();
      return createGroup(c.directory, c.body, mayDo(c.caller, UPDATE) ? {} : { ownerId: c.caller.objectId });
    },
    update: updateGroup,
    remove: deleteGroup,
  }),
  ...referenceRoutes({ ...OWNERS, collection: 'groups', checkChange }),
  ...referenceRoutes({
    collection: 'groups',
    relation: 'members',
    targets: ['user', 'servicePrincipal', 'group'],
    checkChange: checkMembers,
    onChange: recordMembership,
  }),
  ...(['groups', 'users', 'servicePrincipals'] as const).map((collection): Route => ({
    method: 'GET',
    path: `/${collection}/{id}/memberOf`,
    handle: (c) => {
      const { id } = c.directory.read(collection, param(c, 'id'));
      return valuesReply(c, 'directoryObjects', linkedObjects(c.directory, groupsOf(c.directory, id)));
    },
  })),
];

function groupsOf(directory: Directory, id: string): readonly string[] {
  const groups = directory.list('groups').filter((group) => directory.readLinks(group.id, 'members').includes(id));
  return groups.map((group) => group.id);
}
