import { compareText } from '../../estate/source/finding';
import { isList } from '../../estate/source/inputs';
import { namedFlow } from '../../estate/records/flows';
import { known } from '../known';
import { type FactInputs, type FactValue, isObject, type ProgramResource } from './facts';
import type { InputChange } from './report-types';
import type { ResourceIndex } from './resource-index';
import { FLOW_TYPES, forcesReplacement } from './resource-records';

/** A resource with the others of its side. */
export interface SidedResource {
  readonly resource: ProgramResource;
  readonly index: ResourceIndex;
}

/** Inputs that differ, down to the parts of objects; of a list, only the items that came or went. */
export function changedInputs(before: SidedResource, after: SidedResource): readonly InputChange[] {
  const [old, now] = [inputsOf(before), inputsOf(after)];
  return namesOf(old, now).flatMap((input) => {
    const replaces = forcesReplacement(after.resource.type, input);
    const changesOf = (name: string, from?: FactValue, to?: FactValue): readonly InputChange[] => {
      const change = (was: string | undefined, is: string | undefined, part = name): readonly InputChange[] =>
        was === is ? [] : [known({ name: part, before: was, after: is, forcesReplacement: replaces })];
      if (from === undefined || to === undefined) return change(shown(before, from), shown(after, to));
      if (isObject(from) && isObject(to)) {
        return namesOf(from, to).flatMap((key) => changesOf(`${name}.${key}`, from[key], to[key]));
      }
      if (!isList(from) || !isList(to)) return change(shown(before, from), shown(after, to));
      const [were, are] = [from.map((item) => shown(before, item)), to.map((item) => shown(after, item))];
      const [gone, come] = [were.filter((item) => !are.includes(item)), are.filter((item) => !were.includes(item))];
      const isReordered = gone.length + come.length === 0;
      return isReordered
        ? change(were.join(', '), are.join(', '), `${name} (order)`)
        : change(listed(gone), listed(come));
    };
    return changesOf(input, old[input], now[input]);
  });
}

function inputsOf({ resource: { type, inputs } }: SidedResource): FactInputs {
  return FLOW_TYPES.includes(type) ? namedFlow(inputs) : inputs;
}

function shown({ index }: SidedResource, value: FactValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value === '' ? '""' : index.show(value);
}

function listed(items: readonly (string | undefined)[]): string | undefined {
  return items.length === 0 ? undefined : items.join(', ');
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareText);
}
