import type { Json } from '../json';
import { isList, isObject, own } from '../json';

/** Names of properties from the outside in: `web/redirectUris`. Empty for the variable of an `any` itself. */
export type PropertyPath = readonly string[];

export function valueAt(item: Json, path: PropertyPath): Json {
  return path.reduce<Json>((value, name) => (isObject(value) ? (own(value, name) ?? null) : null), item);
}

export function itemsAt(item: Json, path: PropertyPath): readonly Json[] {
  const value = valueAt(item, path);
  return isList(value) ? value : [];
}

export function isEqual(value: Json, wanted: Json): boolean {
  return typeof value === 'string' && typeof wanted === 'string' ? lower(value) === lower(wanted) : value === wanted;
}

/** Dates in ISO 8601 sort as text. */
export function order(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [lower(a), lower(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function lower(value: Json): string {
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value);
}
