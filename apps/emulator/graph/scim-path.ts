import { isObject, type Json, type JsonObject, objectOf, objectsOf, without } from './json';

const PATH =
  /^(?:(?<extension>urn:[\w:.-]+:User):)?(?<attribute>\w+)(?:\[(?<key>\w+) eq "(?<wanted>[^"]*)"\])?(?:\.(?<part>\w+))?$/i;

/** Path of an attribute in SCIM (RFC 7644, 3.5.2), as mappings and PATCH have them. */
export interface ScimPath {
  readonly extension: string | undefined;
  readonly attribute: string;
  /** Which item of a list, `type eq "work"`. */
  readonly selector: { readonly key: string; readonly wanted: string } | undefined;
  readonly part: string | undefined;
}

/** @returns undefined for what is not a path */
export function parseScimPath(path: string): ScimPath | undefined {
  const { extension, attribute, key, wanted, part } = PATH.exec(path)?.groups ?? {};
  if (attribute === undefined) return undefined;
  const selector = key === undefined || wanted === undefined ? undefined : { key, wanted };
  return { extension, attribute, selector, part };
}

/** The value at a path of a resource. */
export function scimValueAt(
  resource: JsonObject,
  { extension, attribute, selector, part }: ScimPath,
): Json | undefined {
  const owner = extension === undefined ? resource : objectOf(resource, extension);
  const value =
    selector === undefined
      ? owner[attribute]
      : objectsOf(owner, attribute).find((item) => item[selector.key] === selector.wanted);
  return part === undefined || value === undefined ? value : isObject(value) ? value[part] : undefined;
}

/** A resource with another value at a path; undefined takes it away. */
export function withScimValue(resource: JsonObject, { extension, ...place }: ScimPath, value?: Json): JsonObject {
  if (extension === undefined) return changed(resource, place, value);
  return { ...resource, [extension]: changed(objectOf(resource, extension), place, value) };
}

type Place = Omit<ScimPath, 'extension'>;

function changed(owner: JsonObject, { attribute, selector, part }: Place, value: Json | undefined): JsonObject {
  if (selector !== undefined) return withItem(owner, { attribute, selector, part }, value);
  if (part !== undefined) return { ...owner, [attribute]: member(objectOf(owner, attribute), part, value) };
  return member(owner, attribute, value);
}

/** Changes the item of a list that a selector names, or adds it. The first item of a list is the primary one. */
function withItem(
  owner: JsonObject,
  { attribute, selector, part }: Place & { readonly selector: NonNullable<ScimPath['selector']> },
  value: Json | undefined,
): JsonObject {
  const { key, wanted } = selector;
  const items = objectsOf(owner, attribute);
  const others = items.filter((item) => item[key] !== wanted);
  const current = items.find((item) => item[key] === wanted);
  const start = current ?? { [key]: wanted, ...(others.length === 0 && { primary: true }) };
  const item = part === undefined ? { ...start, ...(isObject(value) ? value : {}) } : member(start, part, value);
  const isGone = value === undefined && (part === undefined || part === 'value');
  const kept = isGone ? others : [...others, item];
  return kept.length === 0 ? without(owner, attribute) : { ...owner, [attribute]: kept };
}

function member(owner: JsonObject, name: string, value: Json | undefined): JsonObject {
  return value === undefined ? without(owner, name) : { ...owner, [name]: value };
}
