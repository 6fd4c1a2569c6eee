import { badRequest } from '../graph-error';
import type { Json, JsonObject } from '../json';
import { isList, isObject } from '../json';
import type { Comparison, Filter, PropertyPath } from './filter';

/** Whether an object passes a `$filter`. Text is compared as the directory does: without regard to case. */
export function matches(filter: Filter, item: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return [filter.left, filter.right].every((side) => matches(side, item));
    case 'or':
      return [filter.left, filter.right].some((side) => matches(side, item));
    case 'not':
      return !matches(filter.operand, item);
    case 'compare':
      return compares(valueAt(item, filter.path), filter.operator, filter.value);
    case 'in':
      return filter.values.some((value) => isEqual(valueAt(item, filter.path), value));
    case 'startswith':
    case 'endswith':
      return hasAffix(filter, lower(valueAt(item, filter.path)));
    case 'any':
      return itemsAt(item, filter.path).some((inner) => matches(filter.operand, inner));
  }
}

function hasAffix(
  { kind, value }: { readonly kind: 'startswith' | 'endswith'; readonly value: string },
  text: string,
): boolean {
  return kind === 'startswith' ? text.startsWith(value.toLowerCase()) : text.endsWith(value.toLowerCase());
}

/** Refuses a filter on a property that the type does not have. @throws GraphError 400 */
export function checkProperties(filter: Filter, type: string, known: JsonObject): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      checkProperties(filter.left, type, known);
      checkProperties(filter.right, type, known);
      return;
    case 'not':
      checkProperties(filter.operand, type, known);
      return;
    default:
      checkProperty(filter.path, type, known);
  }
}

/** Filters that the directory answers only as an advanced query. */
export function needsAdvancedQuery(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return needsAdvancedQuery(filter.left) || needsAdvancedQuery(filter.right);
    case 'not':
    case 'endswith':
      return true;
    case 'compare':
      return filter.operator === 'ne';
    case 'in':
    case 'startswith':
    case 'any':
      return false;
  }
}

function checkProperty([name = '']: PropertyPath, type: string, known: JsonObject): void {
  if (name in known && !name.startsWith('_')) return;
  const message = `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
  throw badRequest(`Invalid filter clause: ${message}`, 'BadRequest');
}

export function valueAt(item: Json, path: PropertyPath): Json {
  return path.reduce<Json>((value, name) => (isObject(value) ? (value[name] ?? null) : null), item);
}

function itemsAt(item: Json, path: PropertyPath): readonly Json[] {
  const value = valueAt(item, path);
  return isList(value) ? value : [];
}

function compares(value: Json, operator: Comparison, wanted: Json): boolean {
  switch (operator) {
    case 'eq':
      return isEqual(value, wanted);
    case 'ne':
      return !isEqual(value, wanted);
    default:
      return value !== null && isOrdered(operator, order(value, wanted));
  }
}

function isOrdered(operator: 'gt' | 'ge' | 'lt' | 'le', order: number): boolean {
  switch (operator) {
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

function isEqual(value: Json, wanted: Json): boolean {
  return typeof value === 'string' && typeof wanted === 'string' ? lower(value) === lower(wanted) : value === wanted;
}

/** Dates in ISO 8601 sort as text. */
export function order(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [lower(a), lower(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function lower(value: Json): string {
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value);
}
