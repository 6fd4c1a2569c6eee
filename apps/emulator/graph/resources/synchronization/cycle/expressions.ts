import { type JsonObject, objectOf, objectsOf, own, textOf } from '../../../json';

/** Values of an object in Entra by the names that mappings have for them. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** An expression that the emulator can't compute. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

type Value = string | undefined;

/** Functions of 'Reference for writing expressions for attribute mappings'; the arguments by their positions. */
const FUNCTIONS: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  append: ([source, suffix = '']) => (source === undefined ? undefined : `${source}${suffix}`),
  coalesce: (values) => values.find((value) => value !== undefined),
  join: ([separator = '', ...sources]) => joined(sources, separator),
  switch: ([source, otherwise, ...pairs]) => {
    const index = pairs.findIndex((key, position) => position % 2 === 0 && key === source);
    return index === -1 ? otherwise : pairs[index + 1];
  },
  tolower: ([source]) => source?.toLowerCase(),
  toupper: ([source]) => source?.toUpperCase(),
};

function joined(sources: readonly Value[], separator: string): Value {
  const there = sources.filter((source) => source !== undefined);
  return there.length === 0 ? undefined : there.join(separator);
}

/** The value of a mapping's source, in Graph's form. @throws ExpressionError for a function that is not emulated */
export function evaluate(source: JsonObject, attributes: Attributes): Value {
  const name = textOf(source, 'name');
  switch (source['type']) {
    case 'Constant':
      return name;
    case 'Function':
      return call(name, source, attributes);
    default:
      return attributes[name];
  }
}

function call(name: string, source: JsonObject, attributes: Attributes): Value {
  const compute = own(FUNCTIONS, name.toLowerCase());
  if (compute === undefined) {
    throw new ExpressionError(`The function ${name} is not emulated; use ${Object.keys(FUNCTIONS).join(', ')}.`);
  }
  // An empty argument has no parameter: its place is in the key, `p1`.
  const parameters = objectsOf(source, 'parameters').map(
    (parameter) =>
      [Number(textOf(parameter, 'key').slice(1)), evaluate(objectOf(parameter, 'value'), attributes)] as const,
  );
  const length = Math.max(-1, ...parameters.map(([position]) => position)) + 1;
  const byPosition = new Map(parameters);
  return compute(Array.from({ length }, (_, position) => byPosition.get(position)));
}
