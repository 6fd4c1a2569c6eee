import type { Caller } from '../tokens';
import type { Directory } from '../directory/directory';
import { forbidden } from '../graph-error';
import { alternatives, needOf, type Permissions, undocumentedNeed } from './needs';

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
  if (directory.quirks.permissions === 'ignored') return;
  if (route.method !== 'GET') requireRole(directory, caller);
  if (mayDo(caller, route) || mayReadUndocumented(directory, caller, route)) return;
  // Without an id something is created, and its creator owns it.
  const isOwn = id === undefined || directory.links(id, 'owners').includes(caller.objectId);
  const isEnough = isOwn || (route.method === 'GET' && READ_WITHOUT_OWNING.test(route.path));
  if (!isEnough || !hasOneOf(needOf(route)[caller.kind], caller.permissions)) throw forbidden();
}

function mayReadUndocumented({ quirks }: Directory, caller: Caller, route: Request): boolean {
  return quirks.undocumentedReads === 'allowed' && hasOneOf(undocumentedNeed(route), caller.permissions);
}

/** A scope gives people no more than their own roles do; an application has no roles beside its permissions. */
function requireRole(directory: Directory, { kind, objectId }: Caller): void {
  const { administrators } = directory.quirks;
  if (kind === 'application' || administrators === undefined) return;
  const person = directory.find('users', objectId);
  if (!administrators.some((name) => name === person?.['userPrincipalName'])) throw forbidden();
}

/** Says that the token of a caller allows a request whoever owns the object. */
export function mayDo(caller: Caller, route: Request): boolean {
  const held = caller.permissions.filter((permission) => permission !== OWNED_BY);
  return hasOneOf(needOf(route)[caller.kind], held);
}

function hasOneOf(permissions: Permissions, held: readonly string[]): boolean {
  return alternatives(permissions).some((needed) => needed.every((permission) => held.includes(permission)));
}

const UPDATE_APPLICATION = { method: 'PATCH', path: '/applications/{id}' };

/** The caller who may only manage what it owns, who becomes the owner of applications and service principals that it creates. */
export function ownedCreator(caller: Caller): string | undefined {
  return mayDo(caller, UPDATE_APPLICATION) ? undefined : caller.objectId;
}
