/** A property value as the resources see it: secrets unwrapped, what is not known yet as `UNKNOWN`. */
export type Value = string | number | boolean | null | readonly Value[] | Properties;

/** Inputs or outputs of a resource. */
export interface Properties {
  readonly [key: string]: Value | undefined;
}

/** Stands for a value that is known only after another resource was created (sdk/nodejs/runtime/rpc.ts, unknownValue). */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Tells whether a value, or something inside of it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isProperties(value) && Object.values(value).some(hasUnknown);
}

/** Tells whether a value is a mapping, neither a list nor a scalar. */
export function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping inside of others; empty where there is none. */
export function inside(value: unknown, ...keys: readonly string[]): Properties {
  const found = keys.reduce<unknown>((outer, key) => (isProperties(outer) ? outer[key] : undefined), value);
  return isProperties(found) ? found : {};
}

/** The mappings of a list; none if it is not a list. */
export function mappingsIn(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value.filter(isProperties) : [];
}

/** Tells whether two values say the same. A key that is absent and a key without a value are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isProperties(one) || !isProperties(other)) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(one[key], other[key]));
}

/** Tells whether `actual` says all that `wanted` says; what it says beyond that does not matter. */
export function satisfies(actual: unknown, wanted: unknown): boolean {
  // An answer may leave out what is null.
  if (!isProperties(wanted)) return isSame(actual ?? null, wanted ?? null);
  if (!isProperties(actual)) return false;
  return Object.entries(wanted).every(([key, value]) => value === undefined || satisfies(actual[key], value));
}

/** The entries of a mapping that have a value. */
export function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The scalars of a list as texts; none if it is not a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

/** A scalar as text; empty for what has no text of its own. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
