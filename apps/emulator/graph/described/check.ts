import type { Method, Version } from '../http/context';
import type { Json, JsonObject } from '../json';
import { findText, isList, isObject } from '../json';
import { findAction } from './actions';
import { isDerived, isDescribed, typeOfPath, typeOfProperty } from './described';
import { isException } from './exceptions';

/** A request by its route. */
export interface Place {
  readonly version: Version;
  readonly method: Method;
  readonly path: string;
}

/** Says that Microsoft's descriptions have what a path names: as a property of their types, or as an action. */
export function isDescribedPath({ version, path }: Place): boolean {
  return findAction(path) !== undefined || typeOfPath(version, path) !== undefined;
}

/** Says that a type has a property in Microsoft's types of a version; annotations are everywhere. */
export function isDescribedProperty(version: Version, type: string, property: string): boolean {
  if (property.startsWith('@') || isException(type, property)) return true;
  return typeOfProperty(version, type, property) !== undefined;
}

/** Properties of a body that Microsoft's types don't have: `api.scopes`. None at a path that they don't have either. */
export function undescribedInBody({ version, path }: Place, body: JsonObject): readonly string[] {
  const action = findAction(path);
  if (action !== undefined) {
    return members(body).flatMap(([name, value]) => {
      const type = Object.hasOwn(action.parameters, name) ? action.parameters[name] : undefined;
      return type === undefined ? [name] : inValue(version, { type, value, at: name });
    });
  }
  const type = typeOfPath(version, path);
  // The body of a reference is an annotation.
  return type === undefined
    ? []
    : inValue(version, { type: path.endsWith('/$ref') ? '' : element(type), value: body, at: '' });
}

/** The same of an answer. */
export function undescribedInAnswer({ version, method, path }: Place, body: JsonObject): readonly string[] {
  const type = findAction(path)?.answer ?? typeOfPath(version, path);
  if (type === undefined) return [];
  const isList = type.endsWith('[]') && 'value' in body && (method === 'GET' || findAction(path) !== undefined);
  return inValue(version, { type: element(type), value: isList ? (body['value'] ?? null) : body, at: '' });
}

/** An object that says of which type it is, without what Microsoft's types of a version don't have. */
export function describedPart(version: Version, value: JsonObject): JsonObject {
  if (!('@odata.type' in value)) return value;
  const type = typeNameOf(version, value, '');
  if (!isDescribed(version, type)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => isDescribedProperty(version, type, name)));
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
  readonly value: Json;
  /** Path of the value in the body. */
  readonly at: string;
}

function inValue(version: Version, { type, value, at }: Typed): readonly string[] {
  if (isList(value)) return value.flatMap((item) => inValue(version, { type, value: item, at }));
  const name = element(type);
  if (!isObject(value) || !isDescribed(version, name)) return [];
  const own = typeNameOf(version, value, name);
  return members(value).flatMap(([member, item]) => {
    const path = at === '' ? member : `${at}.${member}`;
    const memberType = typeOfProperty(version, own, member);
    if (memberType === undefined) return isException(own, member) ? [] : [path];
    return inValue(version, { type: memberType, value: item, at: path });
  });
}

/** The type that an object says it is of, where that is a kind of what is expected. Graph writes the first letter in either case. */
function typeNameOf(version: Version, value: JsonObject, expected: string): string {
  const given =
    /^#?microsoft\.graph\.(?<name>\w+)$/i.exec(findText(value, '@odata.type') ?? '')?.groups?.['name'] ?? '';
  const name = `${given.slice(0, 1).toLowerCase()}${given.slice(1)}`;
  if (!isDescribed(version, name)) return expected;
  return expected === '' || isDerived(version, name, expected) ? name : expected;
}

/** Members without annotations; `owners@odata.bind` stands for `owners`. */
function members(value: JsonObject): readonly (readonly [string, Json])[] {
  return Object.entries(value)
    .filter(([name]) => !name.startsWith('@'))
    .map(([name, item]) => (name.includes('@') ? [name.slice(0, name.indexOf('@')), null] : [name, item]));
}

function element(type: string): string {
  return type.replace(/\[\]$/, '');
}
