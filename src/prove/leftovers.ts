import { GraphError } from '../../provider/graph/error';
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

/** Result of a look by the mark. */
interface Look {
  readonly objects: readonly Leftover[];
  /** Lists that Graph did not show, with what it said: something may be in them. */
  readonly unread: readonly string[];
}

/** Finds what a run made and is still there, by the mark. One list that is refused hides no other. */
async function findLeftovers(graph: Graph, kind: Kind, mark: string): Promise<Look> {
  const objects: Leftover[] = [];
  const unread: string[] = [];
  for (const list of LISTS[kind]) {
    const query = { $filter: `startswith(displayName,'${mark}')` };
    try {
      const shown = await graph.list(list, FILTERED.has(list) ? { query } : {});
      objects.push(...shown.flatMap((object) => leftover(list, object, mark)));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      unread.push(error.message);
    }
  }
  return { objects, unread };
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
 * @returns what was found in all looks, and what the last one saw
 * @throws GraphError where a deletion is refused
 */
export async function deleteLeftovers(
  { graph, waiter }: Directory['context'],
  kind: Kind,
  mark: string,
): Promise<{ readonly found: readonly Leftover[]; readonly left: Look }> {
  const found = new Map<string, Leftover>();
  for (let looks = 1, empty = 0, full = 0; ; looks += 1) {
    const left = await findLeftovers(graph, kind, mark);
    for (const one of left.objects) {
      found.set(one.path, one);
      await graph.sendIfThere({ method: 'DELETE', path: one.path });
    }
    if (left.objects.length === 0) empty += 1;
    else [empty, full] = [0, full + 1];
    if (empty >= EMPTY_LOOKS || full >= LOOKS) return { found: [...found.values()], left };
    await waiter.pause(looks);
  }
}

/** Tells whether a look found nothing, and words for what it could not see. */
export function lookedWords({ objects, unread }: Look): { readonly isClean: boolean; readonly hidden: string } {
  const hidden = unread.map((reason) => `; something may be in what Graph does not show: ${reason}`).join('');
  return { isClean: objects.length + unread.length === 0, hidden };
}
