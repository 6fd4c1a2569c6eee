import { type Properties, textOf } from '../../../../provider/values';
import type { Directory } from '../directory';
import { isNear, madeAt } from './moment';

export type Graph = Directory['context']['graph'];

/** Inputs of a resource with what is known of the resources that they come from. */
export interface KnownInputs {
  /** A text; undefined if it is none, or comes from a resource that is not there. */
  readonly text: (key: string) => string | undefined;
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
  /** True if it was made within a day of the end of the run; undefined for what no one else can have made. */
  readonly isRecent?: boolean;
  /** Reason why it is not what an interrupted run of a program leaves behind, as the end of a sentence. */
  readonly doubt?: string | undefined;
  /** Further objects that fit as well. */
  readonly others?: readonly string[];
}

/** Objects of a display name. Graph's filter may know no difference between upper and lower case. @throws GraphError */
export async function listNamed(graph: Graph, path: string, name: string): Promise<readonly Properties[]> {
  const $filter = `displayName eq '${name.replaceAll("'", "''")}'`;
  return (await graph.list(`/v1.0/${path}`, { query: { $filter } })).filter(({ displayName }) => displayName === name);
}

export interface Likely {
  readonly properties: Properties;
  readonly isRecent: boolean;
}

/** Objects by age, those from about the end of the run before all others: an older one of the name may be another team's. */
export function likeliest(objects: readonly Properties[], { endedAt }: KnownInputs): readonly Likely[] {
  const all = byAge(objects).map((properties) => ({ properties, isRecent: isNear(madeAt(properties), endedAt) }));
  return all.toSorted((one, other) => Number(other.isRecent) - Number(one.isRecent));
}

/** The first of the objects, with the ids of the others. */
export function objectAt(path: string, objects: readonly Likely[]): FoundObject | undefined {
  const [first, ...others] = objects;
  if (first === undefined) return undefined;
  const { properties, isRecent } = first;
  const objectId = textOf(properties['id']);
  const id = `${path}/${objectId}`;
  const created = textOf(properties['createdDateTime']) || undefined;
  return {
    id,
    outputs: { id, objectId },
    created,
    isRecent,
    others: others.map((one) => textOf(one.properties['id'])),
  };
}

/** The oldest first: an answer that was lost was to the first of two requests. */
export function byAge(objects: readonly Properties[]): readonly Properties[] {
  const key = ({ createdDateTime, id }: Properties): string => `${textOf(createdDateTime)} ${textOf(id)}`;
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
