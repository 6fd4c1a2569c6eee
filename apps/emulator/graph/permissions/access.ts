import type { Caller } from '../auth/tokens';
import type { Directory } from '../directory/directory';
import { forbidden } from '../graph-error';
import type { Permissions } from './needs';
import { alternatives, needOf, undocumentedNeed } from './needs';

interface Request {
  readonly method: string;
  /** Path of the route, `/groups/{id}`. */
  readonly path: string;
}

/** Enough for what the application owns, and to read all applications. */
const OWNED_BY = 'Application.ReadWrite.OwnedBy';
/** Reads that it is enough for whoever owns the object: Microsoft Graph, 'permissions reference'. */
const READ_WITHOUT_OWNING = /^\/(?:applications|servicePrincipals)(?:\/\{id\}(?:\/owners)?)?$/;

/** Checks that the token of a caller allows a request to the object `id`. @throws GraphError 403 */
export function checkAccess(
  directory: Directory,
  caller: Caller,
  { route, id }: { readonly route: Request; readonly id: string | undefined },
): void {
  const { permissions, undocumentedReads } = directory.quirks;
  if (permissions === 'ignored' || mayDo(caller, route)) return;
  if (undocumentedReads === 'allowed' && hasOneOf(undocumentedNeed(route), caller.permissions)) return;
  // Without an id something is created, and its creator owns it.
  const isOwn = id === undefined || directory.links(id, 'owners').includes(caller.objectId);
  const isEnough = isOwn || (route.method === 'GET' && READ_WITHOUT_OWNING.test(route.path));
  if (!isEnough || !hasOneOf(needOf(route)[caller.kind], caller.permissions)) throw forbidden();
}

/** Says that the token of a caller allows a request whoever owns the object. */
export function mayDo(caller: Caller, route: Request): boolean {
  const held = caller.permissions.filter((permission) => permission !== OWNED_BY);
  return hasOneOf(needOf(route)[caller.kind], held);
}

function hasOneOf(permissions: Permissions, held: readonly string[]): boolean {
  return alternatives(permissions).some((needed) => needed.every((permission) => held.includes(permission)));
}
