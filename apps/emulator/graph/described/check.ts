import type { Method, Version } from '../context';
import { isList, isObject, type Json, type JsonObject, own } from '../json';
import { element, findOperation, isDescribed, typeNameOf, typeOfPath, typeOfProperty, valuesOf } from './described';

/** A request by its route. */
export interface Place {
  readonly version: Version;
  readonly method: Method;
  readonly path: string;
}

/** A part of a body that does not fit the description. */
export interface Misfit {
  /** `api.scopes`. */
  readonly at: string;
  /** The type that has no such property, or whose property takes other values. */
  readonly type: string;
  readonly isUnknown: boolean;
}

/** Says that Microsoft describes what a path names: as a property of a type, or as an action. */
export function isDescribedPath({ version, path }: Place): boolean {
  return findOperation(version, path) !== undefined || typeOfPath(version, path) !== undefined;
}

/** Says that a type has a property, or the one that a path such as `web/redirectUris` names; annotations are everywhere. */
export function isDescribedProperty(version: Version, type: string, property: string): boolean {
  return property.startsWith('@') || typeAt(version, type, property) !== undefined;
}

function typeAt(version: Version, type: string, path: string): string | undefined {
  return path
    .split('/')
    .reduce<string | undefined>(
      (found, name) =>
        found === undefined || element(found) === 'any' ? found : typeOfProperty(version, element(found), name),
      type,
    );
}

/** Says that a property can be compared with a value: a text with a text, and everything with null. */
export function isComparable(
  version: Version,
  type: string,
  { property, value }: { readonly property: string; readonly value: Json },
): boolean {
  const kind = element(typeAt(version, type, property) ?? 'any');
  return value === null || !KINDS.includes(kind) || typeof value === kind;
}

/** Parts of a body that Microsoft does not describe, or that take other values. None at a path that is not described either. */
export function misfitsInBody({ version, path }: Place, body: JsonObject): readonly Misfit[] {
  const operation = findOperation(version, path);
  if (operation !== undefined) {
    return members(body).flatMap(([at, value]) => {
      const type = own(operation.parameters, at);
      return type === undefined
        ? [{ at, type: '', isUnknown: true }]
        : inValue(version, { type, owner: '', value, at });
    });
  }
  const type = typeOfPath(version, path);
  // The body of a reference is an annotation.
  if (type === undefined || path.endsWith('/$ref')) return [];
  // A list is put as a whole in `value`.
  const { value: list } = body;
  return type.endsWith('[]') && isList(list)
    ? inValue(version, { type, owner: '', value: list, at: '' })
    : inValue(version, { type: element(type), owner: '', value: body, at: '' });
}

/** Names in an answer that Microsoft does not describe. */
export function undescribedInAnswer({ version, method, path }: Place, body: JsonObject): readonly string[] {
  const operation = findOperation(version, path);
  const type = operation?.answer ?? typeOfPath(version, path);
  if (type === undefined) return [];
  const isWhole = type.endsWith('[]') && 'value' in body && (method === 'GET' || operation !== undefined);
  const found = isWhole
    ? inValue(version, { type, owner: '', value: body['value'] ?? null, at: '' })
    : inValue(version, { type: element(type), owner: '', value: body, at: '' });
  return found.filter(({ isUnknown }) => isUnknown).map(({ at }) => at);
}

/** An object of a type, or of the one that it says it is of, without what Microsoft's types of a version don't have. */
export function describedPart(version: Version, value: JsonObject, type = ''): JsonObject {
  const name = typeNameOf(version, value, type);
  if (!isDescribed(version, name)) return value;
  const inside = (item: Json, text: string): Json => {
    if (isList(item)) return item.map((one) => inside(one, text));
    return isObject(item) ? describedPart(version, item, element(text)) : item;
  };
  const known = Object.entries(value).filter(([member]) => isDescribedProperty(version, name, member));
  return Object.fromEntries(
    known.map(([member, item]) => [member, inside(item, typeOfProperty(version, name, member) ?? 'any')]),
  );
}

/** Names in a body, of objects inside too, but not of the items of lists; with the types that objects say they are of. */
export function propertiesIn(body: JsonObject, at = ''): readonly string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const path = `${at}${name}`;
    if (name === '@odata.type' && typeof value === 'string') return [`${path}=${value}`];
    const inside = isObject(value) ? propertiesIn(value, `${path}.`) : [];
    return inside.length === 0 ? [path] : inside;
  });
}

interface Typed {
  readonly type: string;
  /** Type that has the property. */
  readonly owner: string;
  readonly value: Json;
  /** Path of the value in the body. */
  readonly at: string;
}

function inValue(version: Version, { type, owner, value, at }: Typed): readonly Misfit[] {
  if (isList(value)) {
    if (!type.endsWith('[]') && element(type) !== 'any') return [{ at, type: owner, isUnknown: false }];
    return value.flatMap((item) => inValue(version, { type: element(type), owner, value: item, at }));
  }
  if (!isObject(value)) return fits(version, type, value) ? [] : [{ at, type: owner, isUnknown: false }];
  const expected = element(type);
  if (!isDescribed(version, expected)) {
    return KINDS.includes(expected) || valuesOf(version, expected) ? [{ at, type: owner, isUnknown: false }] : [];
  }
  const name = typeNameOf(version, value, expected);
  return members(value).flatMap(([member, item]) => {
    const path = at === '' ? member : `${at}.${member}`;
    const memberType = typeOfProperty(version, name, member);
    if (memberType === undefined) return [{ at: path, type: name, isUnknown: true }];
    return inValue(version, { type: memberType, owner: name, value: item, at: path });
  });
}

const KINDS = ['string', 'number', 'boolean'];

/** Says that a plain value is one of a type. Null empties a list; names of enumerations are compared without regard to case. */
function fits(version: Version, type: string, value: null | boolean | number | string): boolean {
  const name = element(type);
  if (value === null) return type !== name || !(KINDS.includes(name) || valuesOf(version, name));
  if (type.endsWith('[]')) return false;
  if (KINDS.includes(name)) return typeof value === name;
  const values = valuesOf(version, name)?.map((one) => one.toLowerCase());
  if (values === undefined) return !isDescribed(version, name);
  return (
    typeof value === 'string' &&
    value
      .toLowerCase()
      .split(',')
      .every((one) => values.includes(one.trim()))
  );
}

/** Members without annotations; `owners@odata.bind` stands for `owners`. */
function members(value: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, item]) => (name.includes('@') ? [name.slice(0, name.indexOf('@')), null] : [name, item]));
}
