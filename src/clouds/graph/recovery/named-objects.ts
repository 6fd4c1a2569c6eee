import { type Properties, textOf } from '../../../../provider/values';
import type { Directory } from '../directory';
import { isOfRun, madeAt } from './moment';

export type Graph = Directory['context']['graph'];

/** A directory, and whoever looks into it. */
export interface Seeker {
  readonly graph: Graph;
  /** Object id of the identity that deploys; undefined if its token does not contain it. */
  readonly caller: string | undefined;
}

/** Inputs of a resource with what is known of the resources that they come from. */
export interface KnownInputs {
  /** A text; undefined if it is none, or comes from a resource that is not there. */
  readonly text: (key: string) => string | undefined;
  /** Any value, with undefined in place of what comes from a resource that is not there. */
  readonly value: (key: string) => unknown;
  /** Ids and names, in lower case, of those who may own what the run made: whoever deploys, and the owners that are declared. */
  readonly owners: ReadonlySet<string>;
  /** End of the run that may have made it, in milliseconds; not a number if that is unknown. */
  readonly endedAt: number;
}

/** An object of the directory that a resource stands for. */
export interface FoundObject {
  /** As azuread's import takes it. */
  readonly id: string;
  /** Outputs that inputs of other resources come from. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** Moment of its creation as Graph writes it; undefined where Graph has none. */
  readonly created?: string | undefined;
  /** True if the run made it, by its day, and by its owners or its content; undefined for a part of another object. */
  readonly isOwn?: boolean;
  /** Reason why it is not what an interrupted run of a program leaves behind, as the end of a sentence. */
  readonly doubt?: string | undefined;
  /** Further objects that fit as well. */
  readonly others?: readonly string[];
}

/** Ids and user principal names are compared in lower case. */
export function ownerNames(texts: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text?.toLowerCase() ?? []));
}

/** Objects of a display name. Graph's filter may know no difference between upper and lower case. @throws GraphError */
export async function listNamed(graph: Graph, path: string, name: string): Promise<readonly Properties[]> {
  const $filter = `displayName eq '${name.replaceAll("'", "''")}'`;
  return (await graph.list(`/v1.0/${path}`, { query: { $filter } })).filter(({ displayName }) => displayName === name);
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
  { endedAt }: KnownInputs,
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

/** The first of the objects, with the ids of the others. */
export function objectAt(path: string, [first, ...others]: readonly Judged[]): FoundObject | undefined {
  if (first === undefined) return undefined;
  const { properties, isOwn } = first;
  const objectId = textOf(properties['id']);
  const id = `${path}/${objectId}`;
  const created = textOf(properties['createdDateTime']) || undefined;
  return {
    id,
    outputs: { id, objectId },
    created,
    isOwn,
    others: others.map((one) => textOf(one.properties['id'])),
  };
}

/** The oldest first: an answer that was lost was to the first of two requests. */
export function byAge(objects: readonly Properties[]): readonly Properties[] {
  const key = ({ createdDateTime, id }: Properties): string => `${textOf(createdDateTime)} ${textOf(id)}`;
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
