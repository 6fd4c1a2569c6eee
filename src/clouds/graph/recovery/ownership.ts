import { textOf } from '../../../../provider/values';
import type { Graph } from './named-objects';

/**
 * Tells who owns an object: only those who may own what a run of the stack makes, no one, or somebody else too. azuread binds whoever
 * deploys as the first owner of what it makes, or else the owners that are declared.
 *
 * @param path of the object; a group's in beta, since v1.0 leaves service principals out ('List group owners')
 * @param owners ids and names in lower case
 * @throws GraphError
 */
export async function ownership(
  graph: Graph,
  path: string,
  owners: ReadonlySet<string>,
): Promise<'own' | 'none' | 'foreign'> {
  const found = await graph.list(`${path}/owners`, { query: { $select: 'id,userPrincipalName' } });
  if (found.length === 0) return 'none';
  const isOwn = found.every(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((name) => owners.has(textOf(name).toLowerCase())),
  );
  return isOwn ? 'own' : 'foreign';
}
