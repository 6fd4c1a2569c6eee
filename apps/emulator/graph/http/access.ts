import type { Caller } from '../auth/tokens';
import type { Directory } from '../directory/directory';
import { forbidden } from '../graph-error';
import type { Match } from './router';

/** Whether the roles of a caller allow the request. @throws GraphError 403 */
export function checkAccess(directory: Directory, caller: Caller, { route, params }: Match): void {
  const { roles, ownedBy } = route.permission;
  if (roles.some((role) => caller.roles.includes(role))) return;
  const mayManageOwn = ownedBy !== undefined && caller.roles.includes(ownedBy);
  if (mayManageOwn && isOwn(directory, caller, params['id'])) return;
  throw forbidden();
}

/** Without an id something is created, and its creator owns it. */
function isOwn(directory: Directory, caller: Caller, id: string | undefined): boolean {
  return id === undefined || directory.links(id, 'owners').includes(caller.objectId);
}
