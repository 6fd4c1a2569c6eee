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

/** Looks at what a list still shows after it was deleted, with a pause after each look. */
const LOOKS = 6;

/**
 * Deletes what a run made and is still there.
 *
 * @returns what was there at first, and what is left in the end
 * @throws GraphError where a deletion is refused
 */
export async function deleteLeftovers(
  { graph, waiter }: Directory['context'],
  kind: Kind,
  mark: string,
): Promise<{ readonly found: readonly Leftover[]; readonly left: Look }> {
  const first = await findLeftovers(graph, kind, mark);
  let left = first;
  for (let look = 0; look < LOOKS && left.objects.length > 0; look += 1) {
    for (const { path } of left.objects) await graph.sendIfThere({ method: 'DELETE', path });
    left = await findLeftovers(graph, kind, mark);
    // Lists of a tenant are behind.
    if (left.objects.length > 0) await waiter.pause(look);
  }
  return { found: first.objects, left };
}

/** Tells whether a look found nothing, and words for what it could not see. */
export function lookedWords({ objects, unread }: Look): { readonly isClean: boolean; readonly hidden: string } {
  const hidden = unread.map((reason) => `; something may be in what Graph does not show: ${reason}`).join('');
  return { isClean: objects.length + unread.length === 0, hidden };
}
