import { badRequest, invalidValue, notImplemented } from '../graph-error';
import type { Json, JsonObject } from '../json';
import { isList, isObject, textOf } from '../json';
import type { Entity } from '../store/store';
import type { EntityType } from './entity-type';

/** A new object of a type: its defaults, what the body sets, and what the service sets. */
export function createEntity(type: EntityType, body: JsonObject, given: JsonObject & { readonly id: string }): Entity {
  const entity = { ...type.defaults, ...settable(type, body, type.defaults) };
  return { ...entity, ...given };
}

/** The object as a PATCH makes it: objects inside are merged, lists are replaced. */
export function patchEntity(type: EntityType, entity: Entity, body: JsonObject): Entity {
  for (const property of type.fixed ?? []) refuseChange(type, property, { body, entity });
  // azuread repeats the id in the body of some changes.
  const { id = entity.id, ...changes } = body;
  if (id !== entity.id) throw readOnly('id', type);
  return { ...entity, ...settable(type, changes, entity), id };
}

function refuseChange(
  type: EntityType,
  property: string,
  { body, entity }: Record<'body' | 'entity', JsonObject>,
): void {
  if (property in body && body[property] !== entity[property]) throw readOnly(property, type);
}

function readOnly(property: string, type: EntityType): Error {
  return badRequest(`Property '${property}' of resource '${type.name}' is read-only and cannot be set.`);
}

function settable(type: EntityType, body: JsonObject, current: JsonObject): JsonObject {
  const properties = Object.entries(body).filter(([name]) => !isAnnotation(type, name, body));
  return Object.fromEntries(
    properties.map(([name, value]) => {
      checkProperty(type, name);
      return [name, merged(value, { name, type, current: current[name], initial: type.defaults[name] ?? null })];
    }),
  );
}

/** Annotations say nothing that is stored, but a wrong type or an unknown reference is a mistake. */
function isAnnotation(type: EntityType, name: string, body: JsonObject): boolean {
  if (name === '@odata.type') {
    const given = textOf(body, name);
    if (isTypeName(given, type.name)) return true;
    throw badRequest(`Type '${given}' is not '#microsoft.graph.${type.name}'.`);
  }
  if (!name.endsWith('@odata.bind')) return name.startsWith('@');
  if (type.binds?.includes(name.replace('@odata.bind', '')) === true) return true;
  throw notImplemented(`'${name}' of '${type.name}'`);
}

function isTypeName(given: string, name: string): boolean {
  return given.replace(/^#/, '').toLowerCase() === `microsoft.graph.${name}`.toLowerCase();
}

function checkProperty(type: EntityType, name: string): void {
  if (type.unsupported?.includes(name) === true) throw notImplemented(`setting '${name}' of '${type.name}'`);
  if (!(name in type.defaults)) throw badRequest(`Invalid property '${name}'.`);
  if (type.readOnly.includes(name)) throw readOnly(name, type);
}

interface Place {
  readonly name: string;
  readonly type: EntityType;
  readonly current: Json | undefined;
  /** The value in a new object, which tells the kind of the property. */
  readonly initial: Json;
}

function merged(value: Json, place: Place): Json {
  const { initial } = place;
  if (isObject(value)) return mergedObject(value, place);
  if (isList(initial)) return listValue(value, place);
  if (value === null) return isObject(initial) ? initial : null;
  const isKnownKind = initial === null || (typeof value === typeof initial && !isList(value));
  if (!isKnownKind) throw invalidValue(place.name, place.type.name);
  return value;
}

function mergedObject(value: JsonObject, place: Place): Json {
  const { name, type, current, initial } = place;
  if (isObject(initial)) return { ...plain(current), ...mergedMembers(value, place) };
  if (initial !== null) throw invalidValue(name, type.name);
  return { ...plain(type.complexDefaults?.[name]), ...plain(current), ...value };
}

function mergedMembers(value: JsonObject, { type, current, initial, name }: Place): JsonObject {
  const members = Object.entries(value).filter(([member]) => !member.startsWith('@'));
  return Object.fromEntries(
    members.map(([member, given]) => {
      const known = plain(initial);
      if (!(member in known)) throw badRequest(`Invalid property '${name}.${member}'.`);
      const path = `${name}.${member}`;
      return [
        member,
        merged(given, { type, name: path, current: plain(current)[member], initial: known[member] ?? null }),
      ];
    }),
  );
}

/** Null empties a list: Graph answers lists, never null, where it keeps one. */
function listValue(value: Json, { name, type }: Place): Json {
  if (value === null) return [];
  if (!isList(value)) throw invalidValue(name, type.name);
  return value;
}

function plain(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
