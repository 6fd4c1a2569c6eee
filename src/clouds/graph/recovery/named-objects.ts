import { type Properties, textOf } from '../../../../provider/values';
import { found, type FoundObject } from '../../facts/found-objects';
import { type Directory, isNamed } from '../directory';

const DAY_MS = 86_400_000;

/** Moment of the creation of an object; not a number where Graph has none. */
export function madeAt(object: Properties): number {
  return Date.parse(textOf(object['createdDateTime']));
}

/**
 * An answer that was lost is asked for again within minutes, and a run that was killed is repeated the same day. What was made
 * another day, or at an unknown time, may have the name by chance: display names are free.
 */
export function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < DAY_MS;
}

/** Longest time from the last write of the state to what its run made last. */
const LAST_STEP_MS = 900_000;

/** True of what the run that last wrote the state may have made. */
export function isOfRun(made: number, savedAt: number): boolean {
  return isNear(made, savedAt) && made < savedAt + LAST_STEP_MS;
}

export type Graph = Directory['context']['graph'];

/** A directory, and whoever looks into it. */
export interface Seeker {
  readonly graph: Graph;
  /** Object id of the identity that deploys; undefined if its token does not contain it. */
  readonly caller: string | undefined;
}

/** A directory, and the run whose objects are looked for. */
export interface Maker extends Pick<Seeker, 'graph'> {
  /** Ids and names, in lower case, of those who may own what the run made: whoever deploys, and the owners that are declared. */
  readonly owners: ReadonlySet<string>;
  /** End of the run that may have made it, in milliseconds; not a number if that is unknown. */
  readonly endedAt: number;
}

/** Ids and user principal names are compared in lower case. */
export function ownerNames(texts: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text?.toLowerCase() ?? []));
}

/** Objects of a display name. Graph's filter may know no difference between upper and lower case. @throws GraphError */
export async function listNamed(graph: Graph, path: string, name: string): Promise<readonly Properties[]> {
  // Policies are few, and not all of them can be filtered.
  const query = path.includes('/') ? {} : { query: { $filter: isNamed(name) } };
  return (await graph.list(`/v1.0/${path}`, query)).filter(({ displayName }) => displayName === name);
}

export interface Judged {
  readonly properties: Properties;
  readonly isOwn: boolean;
}

/**
 * Objects by age, those that the run made before all others. Anybody may make one of the name meanwhile.
 *
 * @param isOurs tells whether the run made an object, by who owns it or by what it contains
 */
export async function judge(
  objects: readonly Properties[],
  { endedAt }: Maker,
  isOurs: (object: Properties) => Promise<boolean>,
): Promise<readonly Judged[]> {
  const all: Judged[] = [];
  for (const properties of byAge(objects)) {
    const made = madeAt(properties);
    const isTimely = Number.isNaN(made) || isOfRun(made, endedAt);
    all.push({ properties, isOwn: isTimely && (await isOurs(properties)) });
  }
  return all.toSorted((one, other) => Number(other.isOwn) - Number(one.isOwn));
}

/** An object that was judged to be the right one, with the ids of the others. */
export function objectAt(path: string, { properties, isOwn }: Judged, others: readonly Judged[]): FoundObject {
  const objectId = textOf(properties['id']);
  return {
    ...found(`/${path}/${objectId}`, { objectId }),
    ...{ created: textOf(properties['createdDateTime']) || undefined, isOwn },
    others: others.map((one) => textOf(one.properties['id'])),
  };
}

/** The oldest first: an answer that was lost was to the first of two requests. */
export function byAge(objects: readonly Properties[]): readonly Properties[] {
  const key = ({ createdDateTime, id }: Properties): string => `${textOf(createdDateTime)} ${textOf(id)}`;
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Tells who owns an object: only those who may own what a run of the stack makes, no one, or somebody else too. azuread binds whoever
 * deploys as the first owner of what it makes, or else the owners that are declared.
 *
 * @param path of the object: `groups/…`
 * @param owners ids and names in lower case
 * @throws GraphError
 */
export async function ownership(
  graph: Graph,
  path: string,
  owners: ReadonlySet<string>,
): Promise<'own' | 'none' | 'foreign'> {
  // v1.0 leaves service principals out of a group's ('List group owners').
  const version = path.startsWith('groups/') ? 'beta' : 'v1.0';
  const all = await graph.list(`/${version}/${path}/owners`, { query: { $select: 'id,userPrincipalName' } });
  if (all.length === 0) return 'none';
  const isOwn = all.every(({ id, userPrincipalName }) =>
    [id, userPrincipalName].some((name) => owners.has(textOf(name).toLowerCase())),
  );
  return isOwn ? 'own' : 'foreign';
}
