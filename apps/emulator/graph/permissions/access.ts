import type { Caller } from '../auth/tokens';
import type { Directory } from '../directory/directory';
import { forbidden } from '../graph-error';
import { alternatives, needOf } from './needs';

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
  if (directory.quirks.permissions === 'ignored' || mayDo(caller, route)) return;
  // Without an id something is created, and its creator owns it.
  const isOwn = id === undefined || directory.links(id, 'owners').includes(caller.objectId);
  const isEnough = isOwn || (route.method === 'GET' && READ_WITHOUT_OWNING.test(route.path));
  if (!isEnough || !hasOneOf(caller, route, caller.permissions)) throw forbidden();
}

/** Says that the token of a caller allows a request whoever owns the object. */
export function mayDo(caller: Caller, route: Request): boolean {
  return hasOneOf(
    caller,
    route,
    caller.permissions.filter((permission) => permission !== OWNED_BY),
  );
}

function hasOneOf({ kind }: Caller, route: Request, held: readonly string[]): boolean {
  return alternatives(needOf(route)[kind]).some((needed) => needed.every((permission) => held.includes(permission)));
}
