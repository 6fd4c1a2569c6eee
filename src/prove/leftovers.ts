import { GraphError } from '../../provider/graph/error';
import { type Properties, textOf } from '../../provider/values';
import type { Directory } from '../clouds/graph/directory';
import type { Kind } from './journal';

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

/** Finds what a run made and is still there, by the mark. One list that is refused hides no other. */
async function findLeftovers(graph: Graph, kind: Kind, mark: string) {
  const objects: Leftover[] = [];
  let hidden = '';
  for (const list of LISTS[kind]) {
    const query = { $filter: `startswith(displayName,'${mark}')` };
    try {
      const shown = await graph.list(list, FILTERED.has(list) ? { query } : {});
      objects.push(...shown.flatMap((object) => leftover(list, object, mark)));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      hidden += `; something may be in what Graph does not show: ${error.message}`;
    }
  }
  return { objects, hidden };
}

function leftover(list: string, object: Properties, mark: string): readonly Leftover[] {
  const [id, displayName] = [textOf(object['id']), textOf(object['displayName'])];
  const name = list.endsWith('b2cUserFlows') ? id : displayName;
  // Graph's filter decides nothing: what lacks the mark is never deleted.
  return name.includes(mark) ? [{ name, path: `${list}/${id}` }] : [];
}

/** Looks that find something and delete it, until it is said to be left. */
const LOOKS = 6;
/** Looks in a row that must find nothing: replicas of a tenant are behind, and one may not have yet what was made. */
const EMPTY_LOOKS = 3;

/**
 * Deletes what a run made and is still there, and looks again after a pause until nothing is found.
 *
 * @returns what was found in all looks, how much the last one saw, and words for the lists that Graph did not show it
 * @throws GraphError where a deletion is refused
 */
export async function deleteLeftovers(
  { graph, waiter }: Directory['context'],
  kind: Kind,
  mark: string,
): Promise<{ readonly found: readonly Leftover[]; readonly left: number; readonly hidden: string }> {
  const found = new Map<string, Leftover>();
  for (let looks = 1, empty = 0, full = 0; ; looks += 1) {
    const { objects, hidden } = await findLeftovers(graph, kind, mark);
    for (const one of objects) {
      found.set(one.path, one);
      await graph.sendIfThere({ method: 'DELETE', path: one.path });
    }
    if (objects.length === 0) empty += 1;
    else [empty, full] = [0, full + 1];
    if (empty >= EMPTY_LOOKS || full >= LOOKS) return { found: [...found.values()], left: objects.length, hidden };
    await waiter.pause(looks);
  }
}
