/** Map keys and list positions from the root of a value. */
export type Keys = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** Writes a path as one would in code: `access.grants[0].accounts.include[1]`. */
export function formatPath(path: Keys): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!PLAIN_KEY.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Keys): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[part];
  }, root);
}

/** The values that are there: a key whose value may be undefined may be absent. */
export type Known<T> = {
  readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Values without those that are undefined, as `exactOptionalPropertyTypes` asks. */
export function known<const T extends object>(values: T): Known<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Known<T>;
}

/** A list; undefined where it is empty, so that `known` leaves it out. */
export function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

type Part<Whole> = Partial<Whole> | false | undefined;
type Parts<Whole> = Readonly<Record<string, Part<Whole>>> | readonly Part<Whole>[];

/** One object made of parts, later ones over earlier ones. */
export function merged<Whole extends object>(parts: Parts<Whole>): Whole {
  return Object.assign({}, ...Object.values(parts)) as Whole;
}
