import { element, isDescribed, propertiesOf, saidType, typeOfProperty } from '../described/described';
import { badRequest, notFound, notImplemented, requiredValue } from '../graph-error';
import { isObject, type Json, type JsonObject, textOf, without } from '../json';
import type { Entity } from '../store/store';
import type { Directory, EntityType } from './directory';

type New = JsonObject & { readonly id: string };

/** A new object of a type: its defaults, what the body sets, and what the service sets. */
export function createEntity(type: EntityType, body: JsonObject, given: New): Entity {
  const name = kindIn(type, body);
  const missing = type.required?.find((one) => (body[one] ?? null) === null || body[one] === '');
  if (missing !== undefined) throw requiredValue(missing, type.name);
  const defaults = filled(name, type.initial ?? {});
  const typed = type.kinds === undefined ? {} : { '@odata.type': `#microsoft.graph.${name}` };
  const set = settable({ type, name, defaults }, type.kept?.(body) ?? body, defaults);
  return { ...typed, ...defaults, ...set, ...given };
}

/** The object as a PATCH makes it: objects inside are merged, lists are replaced. */
export function patchEntity(type: EntityType, entity: Entity, body: JsonObject): Entity {
  // azuread repeats the id in the body of some changes.
  const { id = entity.id } = body;
  const changes = without(type.kept?.(body) ?? body, 'id');
  const changed = ['id', ...(type.fixed ?? [])].find((one) => ({ ...entity, ...changes, id })[one] !== entity[one]);
  if (changed !== undefined) throw readOnly(changed, type);
  const name = kindIn(type, body);
  if (type.kinds !== undefined && textOf(entity, '@odata.type') !== `#microsoft.graph.${name}`)
    throw badRequest("'@odata.type' is not that of the object.");
  return { ...entity, ...settable({ type, name, defaults: filled(name, type.initial ?? {}) }, changes, entity) };
}

/** Objects of a type as a reader sees them, the service's own first. */
export function listObjects(directory: Directory, { builtIn = [], collection }: EntityType): readonly Entity[] {
  return [...builtIn, ...directory.list(collection)];
}

/** An object of a type, the service's own included, without regard to case. */
export function findObject(directory: Directory, type: EntityType, key: string): Entity | undefined {
  return listObjects(directory, type).find(({ id }) => id.toLowerCase() === key.toLowerCase());
}

/** @throws GraphError 404 */
export function getObject(directory: Directory, type: EntityType, key: string): Entity {
  const found = findObject(directory, type, key);
  if (found === undefined) throw notFound(key);
  return found;
}

/** The type of a body, by its annotation. @throws GraphError 400 for another one, 501 for a kind that is not here */
export function kindIn({ name, kinds }: EntityType, body: JsonObject): string {
  const given = saidType(body);
  const found = (kinds ?? [name]).find((one) => one.toLowerCase() === given.toLowerCase());
  if (found !== undefined) return found;
  if (kinds === undefined && !('@odata.type' in body)) return name;
  if (given === '') throw badRequest("A value is required for '@odata.type'.");
  if (kinds !== undefined) throw notImplemented(`'${name}' of type '${given}'`);
  throw badRequest(`Type '${given}' is not '#microsoft.graph.${name}'.`);
}

function readOnly(property: string, { name }: EntityType): Error {
  return badRequest(`Property '${property}' of resource '${name}' is read-only and cannot be set.`);
}

/** A type with the kind that an object is of, and a new object of it. */
interface Kind {
  readonly type: EntityType;
  readonly name: string;
  readonly defaults: JsonObject;
}

function settable(kind: Kind, body: JsonObject, current: JsonObject): JsonObject {
  const { name, defaults } = kind;
  for (const one of Object.keys(body)) checkProperty(kind, one);
  return Object.fromEntries(
    Object.entries(body)
      .filter(([one]) => !one.includes('@'))
      .map(([one, value]) => {
        const initial = defaults[one];
        return [one, merged(value, { type: typeOf(name, one), current: current[one], initial })];
      }),
  );
}

const SET_BY_SERVICE = ['id', 'deletedDateTime', 'createdDateTime'];

/** Annotations are not stored, but an unknown reference is a mistake. What is not described comes here by a quirk alone. */
function checkProperty({ type, name, defaults }: Kind, property: string): void {
  const relation = property.replace(/@odata\.bind$/, '');
  if (property.startsWith('@') || includes(type.binds, relation)) return;
  const isRelation = !Object.hasOwn(defaults, relation) && typeOf(name, relation) !== undefined;
  if (isRelation || property.includes('@') || includes(type.unsupported, property))
    throw notImplemented(`setting '${property}' of '${type.name}'`);
  if (includes(SET_BY_SERVICE, property) || includes(type.readOnly, property)) throw readOnly(property, type);
}

function includes(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) === true;
}

interface Place {
  /** As described; undefined where nothing is. */
  readonly type: string | undefined;
  readonly current: Json | undefined;
  /** The object that null stands for, if the type has one. */
  readonly initial: Json | undefined;
}

function merged(value: Json, { type = 'any', current, initial }: Place): Json {
  if (isObject(value)) return mergedObject(value, { type: element(type), current, initial });
  if (value !== null) return value;
  // Graph answers lists, never null, where it keeps one.
  return type.endsWith('[]') ? [] : isObject(initial) ? initial : null;
}

/** An object of a kind that it names itself takes the place of another one. */
function mergedObject(value: JsonObject, { type = 'any', current, initial }: Place): JsonObject {
  const kind = saidType(value);
  if (kind !== '' && kind.toLowerCase() !== type.toLowerCase()) return value;
  const before = isObject(current) ? current : filled(type, {});
  const members = Object.entries(value).filter(([name]) => !name.startsWith('@'));
  const changes = members.map(([name, item]) => [
    name,
    merged(item, {
      type: typeOf(type, name),
      current: before[name],
      initial: isObject(initial) ? initial[name] : null,
    }),
  ]);
  return { ...before, ...(Object.fromEntries(changes) as JsonObject) };
}

/** A value of a type with all of its properties: empty but for these, in objects inside too. */
function filled(type: string, values: JsonObject): JsonObject {
  const described = { ...propertiesOf('beta', type), ...propertiesOf('v1.0', type) };
  const empty = Object.entries(described).map(([name, text]) => [name, emptyValue(text)]);
  const given = Object.entries(values).map(([name, value]) => {
    const inner = element(typeOf(type, name) ?? 'any');
    return [name, isObject(value) && isKnown(inner) ? filled(inner, value) : value];
  });
  return Object.fromEntries([...empty, ...given]) as JsonObject;
}

function emptyValue(type: string): Json {
  if (type.endsWith('[]')) return [];
  if (type.endsWith('?')) return null;
  if (type === 'boolean') return false;
  if (type === 'number') return 0;
  return isKnown(type) ? filled(type, {}) : '';
}

function isKnown(type: string): boolean {
  return isDescribed('v1.0', type) || isDescribed('beta', type);
}

/** Of v1.0 where both versions have it. */
function typeOf(type: string, property: string): string | undefined {
  return typeOfProperty('v1.0', type, property) ?? typeOfProperty('beta', type, property);
}
