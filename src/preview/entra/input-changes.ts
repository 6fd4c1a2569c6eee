import { compareText } from '../../estate/source/finding';
import { namedFlow } from '../../estate/records/flows';
import { FLOW_TYPES } from './describe-directory';
import type { FactInputs, FactValue, ProgramResource } from './facts';
import { isList } from '../../estate/source/inputs';
import { isObject } from './read-value';
import type { InputChange } from './report-types';
import type { ResourceIndex } from './resource-index';
import { forcesReplacement } from './resource-records';

/** A resource with the others of its side. */
export interface SidedResource {
  readonly resource: ProgramResource;
  readonly index: ResourceIndex;
}

/** Inputs that differ, down to the parts of objects; of a list, only the items that came or went. */
export function changedInputs(before: SidedResource, after: SidedResource): readonly InputChange[] {
  const [old, now] = [before, after].map(({ resource }) =>
    FLOW_TYPES.includes(resource.type) ? namedFlow(resource.inputs) : resource.inputs,
  ) as [FactInputs, FactInputs];
  return namesOf(old, now).flatMap((name) => {
    const show = { before: showerOf(before.index), after: showerOf(after.index) };
    return compareValues(name, { before: old[name], after: now[name] }, show).map((change) => ({
      ...change,
      forcesReplacement: forcesReplacement(after.resource.type, name),
    }));
  });
}

type Change = Omit<InputChange, 'forcesReplacement'>;

/** A value of both sides, or what is done with it; absent where that side has none. */
interface Sides<T> {
  readonly before: T;
  readonly after: T;
}

type Show = (value: FactValue) => string;

function showerOf(index: ResourceIndex): Show {
  return (value) => (value === '' ? '""' : index.show(value));
}

function compareValues(
  name: string,
  { before, after }: Sides<FactValue | undefined>,
  show: Sides<Show>,
): readonly Change[] {
  if (before !== undefined && after !== undefined) {
    if (isObject(before) && isObject(after)) {
      const parts = namesOf(before, after).map((key) => [key, { before: before[key], after: after[key] }] as const);
      return parts.flatMap(([key, sides]) => compareValues(`${name}.${key}`, sides, show));
    }
    if (isList(before) && isList(after)) return compareLists(name, { before, after }, show);
  }
  const [from, to] = [textOf(before, show.before), textOf(after, show.after)];
  return from === to ? [] : [changeOf(name, from, to)];
}

function textOf(value: FactValue | undefined, show: Show): string | undefined {
  return value === undefined ? undefined : show(value);
}

function compareLists(
  name: string,
  { before, after }: Sides<readonly FactValue[]>,
  show: Sides<Show>,
): readonly Change[] {
  const [old, now] = [before.map(show.before), after.map(show.after)];
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  const [gone, come] = [old.filter((item) => !now.includes(item)), now.filter((item) => !old.includes(item))];
  if (gone.length + come.length === 0) return [changeOf(`${name} (order)`, old.join(', '), now.join(', '))];
  const joined = (items: readonly string[]): string | undefined => (items.length === 0 ? undefined : items.join(', '));
  return [changeOf(name, joined(gone), joined(come))];
}

function changeOf(name: string, before: string | undefined, after: string | undefined): Change {
  return { name, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareText);
}
