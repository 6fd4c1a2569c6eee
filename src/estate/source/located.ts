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

/** The key that a plain object takes for its prototype when it is assigned to. zod leaves it out of every record. */
const PROTOTYPE = '__proto__';

const Whole = z.core.$constructor<z.ZodRecord>('Whole', (inst, def) => {
  z.ZodRecord.init(inst, def);
  const parseOthers = inst._zod.parse.bind(inst._zod);
  inst._zod.parse = (payload, context) => {
    const input: unknown = payload.value;
    const result = synchronous(parseOthers(payload, context));
    if (typeof input !== 'object' || input === null || !Object.hasOwn(input, PROTOTYPE)) return result;
    const key = synchronous(def.keyType._zod.run({ value: PROTOTYPE, issues: [] }, context));
    const own: unknown = Object.getOwnPropertyDescriptor(input, PROTOTYPE)?.value;
    const value = synchronous(def.valueType._zod.run({ value: own, issues: [] }, context));
    if (key.issues.length > 0) result.issues.push(invalidKey(key, inst));
    else result.issues.push(...z.core.util.prefixIssues(PROTOTYPE, value.issues));
    const field = { value: value.value, enumerable: true, configurable: true, writable: true };
    if (typeof result.value === 'object') Object.defineProperty(result.value, PROTOTYPE, field);
    return result;
  };

  /** The issue as a record has it for any other key. */
  function invalidKey({ issues }: z.core.ParsePayload, record: z.ZodRecord): z.core.$ZodRawIssue {
    const own = issues.map((issue) => z.core.util.finalizeIssue(issue, undefined, z.core.config()));
    return { code: 'invalid_key', origin: 'record', issues: own, input: PROTOTYPE, path: [PROTOTYPE], inst: record };
  }
});

function synchronous<T>(result: T | Promise<T>): T {
  if (result instanceof Promise) throw new Error('a schema of a record must be synchronous');
  return result;
}

/** A record as `z.record` reads it, with a key `__proto__` like any other: AWS accepts it for a tag. */
export function wholeRecord<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  key: Key,
  value: Value,
): z.ZodRecord<Key, Value> {
  return new Whole({ type: 'record', keyType: key, valueType: value }) as unknown as z.ZodRecord<Key, Value>;
}

type JsonValue = z.core.util.JSONType;

const error = 'is not valid JSON: a number is infinite or not a number';

/** As `z.json` has it, whose mappings would lose a key `__proto__`. */
export const Json: z.ZodType<JsonValue, JsonValue> = z
  .lazy(() =>
    z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(Json), wholeRecord(z.string(), Json)], { error }),
  )
  .meta({ id: 'Json', description: 'Any JSON value.' });

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
