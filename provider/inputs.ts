import { z } from 'zod';
import type { Failure } from './resource';
import { isProperties, mappingsIn, type Properties, textOf, UNKNOWN, type Value } from './values';

/** A text that says something. */
export const Text = z.string().min(1, { error: 'is empty' });

/** The entries of a list with the defaults of what each leaves out; whatever else stands there stays. */
export function filledIn(list: Value | undefined, fill: (entry: Properties) => Properties): Value | undefined {
  if (!Array.isArray(list)) return list;
  return (list as readonly Value[]).map((entry) => (isProperties(entry) ? fill(entry) : entry));
}

/** Sets in one order: their own means nothing, to Graph or to anybody. */
export function sortedSets(inputs: Properties, keys: readonly string[]): Properties {
  const sets = keys.flatMap((key): readonly (readonly [string, Value])[] => {
    const list = inputs[key];
    return Array.isArray(list) && !list.includes(UNKNOWN) ? [[key, (list as readonly Value[]).toSorted()]] : [];
  });
  return Object.fromEntries(sets);
}

/** Faults of what a list names once more. @param faultOf the fault of an item, beside the index of the first of its name */
export function repeated(
  names: readonly string[],
  faultOf: (index: number, first: number) => Failure,
): readonly Failure[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return name === UNKNOWN || first === index ? [] : [faultOf(index, first)];
  });
}

/** Attributes of a user flow that are listed once more. */
export function repeatedAttributes(inputs: Properties): readonly Failure[] {
  const names = mappingsIn(inputs['attributes']).map(({ attribute }) => textOf(attribute));
  return repeated(
    names.map((name) => name.toLowerCase()),
    (index, first) => ({
      property: `attributes[${index}].attribute`,
      reason: `'${names[index] ?? ''}' is listed already, as attributes[${first}]; a flow asks for an attribute once`,
    }),
  );
}
