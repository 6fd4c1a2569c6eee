import { type Properties, textOf } from '../../provider/values';
import type { Directory } from '../clouds/graph/directory';
import type { Kind } from './marked-estate';

type Graph = Directory['context']['graph'];

/** Lists of Graph in which marked objects may stand, in the order in which they are deleted. */
const LISTS: Readonly<Record<Kind, readonly string[]>> = {
  'external-id': [
    '/v1.0/identity/conditionalAccess/policies',
    '/v1.0/identity/authenticationEventsFlows',
    '/v1.0/applications',
  ],
  b2c: ['/beta/identity/b2cUserFlows', '/v1.0/applications'],
  workforce: ['/v1.0/applications', '/v1.0/policies/claimsMappingPolicies', '/v1.0/groups'],
};

/** Lists that are long in a tenant, and that Graph filters. */
const FILTERED: ReadonlySet<string> = new Set(['/v1.0/applications', '/v1.0/groups']);

/** An object of a run. */
interface Leftover {
  /** Display name; of a user flow of B2C, its id. */
  readonly name: string;
  /** Path in Graph. */
  readonly path: string;
}

/** Finds what a run made and is still there, by the mark. @throws GraphError */
async function findLeftovers(graph: Graph, kind: Kind, mark: string): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const list of LISTS[kind]) {
    const query = { $filter: `startswith(displayName,'${mark}')` };
    const objects = await graph.list(list, FILTERED.has(list) ? { query } : {});
    found.push(...objects.flatMap((object) => leftover(list, object, mark)));
  }
  return found;
}

function leftover(list: string, object: Properties, mark: string): readonly Leftover[] {
  const [id, displayName] = [textOf(object['id']), textOf(object['displayName'])];
  const name = list.endsWith('b2cUserFlows') ? id : displayName;
  // Graph's filter decides nothing: what lacks the mark is never deleted.
  return name.includes(mark) ? [{ name, path: `${list}/${id}` }] : [];
}

/** Looks at what a list still shows after it was deleted, with a pause after each look. */
const LOOKS = 6;

/**
 * Deletes what a run made and is still there.
 *
 * @returns what was there at first, and what is left in the end
 * @throws GraphError
 */
export async function deleteLeftovers(
  { graph, waiter }: Directory['context'],
  kind: Kind,
  mark: string,
): Promise<{ readonly found: readonly Leftover[]; readonly left: readonly Leftover[] }> {
  const found = await findLeftovers(graph, kind, mark);
  let left = found;
  for (let look = 0; look < LOOKS && left.length > 0; look += 1) {
    for (const { path } of left) await graph.sendIfThere({ method: 'DELETE', path });
    left = await findLeftovers(graph, kind, mark);
    // Lists of a tenant are behind.
    if (left.length > 0) await waiter.pause(look);
  }
  return { found, left };
}
