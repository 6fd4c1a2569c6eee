import { z } from 'zod';
import type { Path } from './finding';

/** Positions of mappings and lists of a value. Keyed by the copy that `withPositions` makes, so that an alias has its own. */
const positions = new WeakMap<object, Path>();

/** A copy of a file's value whose mappings and lists know where they stand, for schemas made with `located`. */
export function withPositions(value: unknown, at: Path = []): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map((item, index) => withPositions(item, [...at, index]))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPositions(item, [...at, key])]));
  return movedTo(copy, at);
}

/** Says that a mapping or list, made from another one, stands at a place of the file. */
export function movedTo<T extends object>(value: T, at: Path): T {
  positions.set(value, at);
  return value;
}

/** Place of a mapping or list of the file, where one is known. */
export function placeOf(value: unknown): Path | undefined {
  return typeof value === 'object' && value !== null ? positions.get(value) : undefined;
}

function positionOf(value: unknown): Path {
  const at = placeOf(value);
  if (at === undefined) throw new Error('the value has no position: parse what withPositions returns');
  return at;
}

/** Output of a schema, frozen: the type of a section's values. */
export type Output<S extends z.ZodType> = Immutable<z.output<S>>;

type Immutable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: Immutable<T[K]> };

export interface Located<T> {
  readonly at: Path;
  readonly value: T;
}

// zod tells a transformation what was parsed, and not where it stood: a schema around another one looks at the input.
const Placing = z.core.$constructor<z.ZodNonOptional>('Placing', (inst, def) => {
  z.ZodNonOptional.init(inst, def);
  inst._zod.parse = (payload, context) => {
    const input: unknown = payload.value;
    const result = def.innerType._zod.run(payload, context);
    if (result instanceof Promise) throw new Error('a schema of the estate file must be synchronous');
    // zod goes on to transform what has unknown keys alone.
    const isWhole = result.issues.every(({ code }) => code === 'unrecognized_keys');
    if (isWhole) result.value = { at: positionOf(input), value: result.value };
    return result;
  };
});

function placing<S extends z.ZodType>(schema: S) {
  const placed = new Placing({ type: 'nonoptional', innerType: schema });
  return placed as unknown as z.ZodType<Located<z.output<S>>, z.input<S>>;
}

/** A mapping with its position as `at`. */
export function located<S extends z.ZodObject>(schema: S) {
  return placing(schema).transform(({ at, value }) => ({ ...value, at }));
}

/** A list of texts, each of which becomes a mapping of its position and the text under `key`. */
export function locatedTexts<K extends string>(schema: z.ZodArray<z.ZodString>, key: K) {
  return placing(schema).transform(({ at, value }) =>
    value.map((text, index) => ({ at: [...at, index] as Path, [key]: text }) as { at: Path } & Record<K, string>),
  );
}
