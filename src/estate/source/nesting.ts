import type { Path } from './finding';

/** Levels of mappings and lists inside one another. The estate itself needs 8; an IAM policy adds some more. */
export const MAX_LEVELS = 100;

/** Path of the first value below the deepest level that is allowed; undefined where nothing lies so deep. */
export function findTooDeep(value: unknown, level = 0): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level >= MAX_LEVELS) return [];
  const entries: Iterable<readonly [string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [key, item] of entries) {
    const rest = findTooDeep(item, level + 1);
    if (rest !== undefined) return [key, ...rest];
  }
  return undefined;
}
