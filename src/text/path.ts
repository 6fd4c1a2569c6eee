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
