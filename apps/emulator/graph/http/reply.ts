import { describedPart, isComparable, isDescribedProperty } from '../described/check';
import { element, isDerived, isShown, typeNameOf, typeOfProperty } from '../described/described';
import type { EntityType } from '../directory/directory';
import { badRequest, GraphError } from '../graph-error';
import { isList, isObject, type Json, type JsonObject, own, publicPart, textOf } from '../json';
import { order, valueAt } from '../odata/filter';
import { type Search, skipToken } from '../odata/query';
import type { Entity } from '../store/store';
import type { Context, Reply } from '../context';

const DEFAULT_PAGE = 100;
const SELECT_FAILED = 'Parsing OData Select and Expand failed';

/** 200 or 201 with one object of a type. */
export function entityReply(context: Context, type: EntityType, entity: Entity): Reply {
  return { status: 200, body: withContext(context, `${type.set}/$entity`, shape(context, type, entity)) };
}

export function createdReply(context: Context, type: EntityType, entity: Entity): Reply {
  const location = `${context.baseUrl}/${type.set}/${entity.id}`;
  return { ...entityReply(context, type, entity), status: 201, headers: { location } };
}

/** 200 with an object that is of no stored type. */
export function objectReply(context: Context, set: string, body: JsonObject): Reply {
  return { status: 200, body: withContext(context, set, shownPart(context, describedPart(context.version, body), '')) };
}

/** The properties that an answer shows where no `$select` names others. */
function shownPart({ version }: Context, part: JsonObject, expected: string): JsonObject {
  const type = typeNameOf(version, part, expected);
  return Object.fromEntries(Object.entries(part).filter(([name]) => isShown(version, type, name)));
}

/** 201 with an object that is of no stored type. */
export function madeReply(context: Context, set: string, body: JsonObject): Reply {
  return { ...objectReply(context, set, body), status: 201 };
}

/** 200 with a list to which the query was applied: filter, order, page, then the properties of each. */
export function listReply(context: Context, type: EntityType, entities: readonly Entity[]): Reply {
  const found = findMatching(context, type, entities);
  return pageReply(
    context,
    type.set,
    found.map((entity) => () => shape(context, type, entity)),
  );
}

/** `GET /groups/$count`: the number as plain text. */
export function countReply(context: Context, type: EntityType, entities: readonly Entity[]): Reply {
  return plainCountReply(context, findMatching(context, type, entities).length);
}

/** `GET /groups/{id}/members/$count`: the same of a list of references. */
export function plainCountReply(context: Context, count: number): Reply {
  if (!isEventual(context)) throw advancedQueryNeeded('$count is not currently supported.');
  return { status: 200, body: String(count), headers: { 'content-type': 'text/plain' } };
}

/** 200 with plain values, one page. */
export function valuesReply(context: Context, set: string, value: readonly Json[]): Reply {
  const shown = value.map((item) => (isObject(item) ? describedPart(context.version, item) : item));
  return { status: 200, body: withContext(context, set, { value: shown }) };
}

/** 200 with a page of objects of several types: what one lacks of the chosen properties is left out of it. */
export function mixedListReply(context: Context, set: string, objects: readonly JsonObject[]): Reply {
  const { filter, select } = context.query;
  refuseExcess(context);
  const found = filter === undefined ? objects : objects.filter((object) => filter.matches(object));
  const show = (object: JsonObject): JsonObject => {
    const type = typeNameOf(context.version, object, '');
    const isChosen = (name: string): boolean => select?.includes(name) ?? isShown(context.version, type, name);
    const shown = Object.entries(describedPart(context.version, object));
    return Object.fromEntries(shown.filter(([name]) => name === '@odata.type' || isChosen(name)));
  };
  return pageReply(
    context,
    set,
    found.map((object) => () => show(object)),
  );
}

/** 200 with a page of objects, of which those on the page alone are worked out. */
function pageReply(context: Context, set: string, found: readonly (() => JsonObject)[]): Reply {
  const { start, top = DEFAULT_PAGE, count } = context.query;
  const body = {
    ...(count && { '@odata.count': found.length }),
    ...(start + top < found.length && { '@odata.nextLink': nextLink(context, start + top) }),
    value: found.slice(start, start + top).map((show) => show()),
  };
  return { status: 200, body: withContext(context, set, body) };
}

function withContext(context: Context, set: string, body: JsonObject): JsonObject {
  return { '@odata.context': `${context.baseUrl}/$metadata#${set}`, ...body };
}

function nextLink(context: Context, start: number): string {
  const parameters = new URLSearchParams(context.parameters);
  parameters.set('$skiptoken', skipToken(start));
  return `${context.baseUrl}${context.path}?${parameters.toString()}`;
}

function findMatching(context: Context, type: EntityType, entities: readonly Entity[]): readonly Entity[] {
  const { filter, orderBy, search } = context.query;
  checkQuery(context, type);
  const view = (entity: Entity): JsonObject => type.view?.(context.directory, entity) ?? entity;
  const found = entities.filter(
    (entity) => (filter?.matches(view(entity)) ?? true) && (search === undefined || isFound(view(entity), search)),
  );
  if (orderBy === undefined) return found;
  const sign = orderBy.isDescending ? -1 : 1;
  return found.toSorted((a, b) => sign * order(valueAt(a, orderBy.path), valueAt(b, orderBy.path)));
}

/** Words of a property begin with the text: https://learn.microsoft.com/graph/search-query-parameter */
function isFound(object: JsonObject, { property, text }: Search): boolean {
  const words = textOf(object, property)
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => word.startsWith(text.toLowerCase()));
}

/**
 * Refuses a filter on a property that the type does not have, and an advanced query without the header that it needs. Order of a filter
 * is advanced for objects of the directory: https://learn.microsoft.com/graph/aad-advanced-queries
 */
function checkQuery(context: Context, type: EntityType): void {
  checkProperties(context, type);
  refuseExcess(context);
  if (isAdvanced(context, type.name) && !asksForAdvanced(context)) throw advancedQueryNeeded('Unsupported Query.');
  if (context.query.search === undefined || isEventual(context)) return;
  throw advancedQueryNeeded(
    'Request with $search query parameter only works through MSGraph with a special request header.',
  );
}

function checkProperties(context: Context, { name, kinds = [] }: EntityType): void {
  const { filter, orderBy, search } = context.query;
  const types = [name, ...kinds];
  const isKnown = (property: string): boolean =>
    types.some((type) => isDescribedProperty(context.version, type, property));
  const ordered = orderBy === undefined ? [] : [orderBy.path.join('/')];
  const searched = search === undefined ? [] : [search.property];
  const unknown = [...(filter?.properties ?? []), ...ordered, ...searched].find((property) => !isKnown(property));
  if (unknown !== undefined) throw unknownProperty('Invalid filter clause', unknown, name);
  const wrong = filter?.comparisons.find((one) => !types.some((type) => isComparable(context.version, type, one)));
  if (wrong !== undefined)
    throw badRequest(`Invalid filter clause: '${wrong.property}' is of another type than its value.`, 'BadRequest');
}

/** Refuses a filter that only an advanced query may have. @throws GraphError 400 */
function refuseExcess(context: Context): void {
  const excess = context.query.filter?.excess;
  if (excess !== undefined && !asksForAdvanced(context)) throw badRequest(`${excess}.`, 'Request_UnsupportedQuery');
}

function asksForAdvanced(context: Context): boolean {
  return context.query.count && isEventual(context);
}

function isAdvanced({ query: { filter, orderBy }, version }: Context, name: string): boolean {
  const isOrdered = orderBy !== undefined && isDerived(version, name, 'directoryObject');
  return filter !== undefined && (filter.isAdvanced || isOrdered);
}

function isEventual({ consistencyLevel }: Context): boolean {
  return consistencyLevel?.toLowerCase() === 'eventual';
}

function advancedQueryNeeded(problem: string): GraphError {
  const hint = "Send the header 'ConsistencyLevel: eventual' and $count=true";
  return new GraphError(400, 'Request_UnsupportedQuery', `${problem} ${hint}.`);
}

/** The part of an object that the answer shows. */
function shape(context: Context, type: EntityType, entity: Entity): JsonObject {
  const { select, expand } = context.query;
  const all = visibleProperties(context, type, entity);
  const chosen = select === undefined ? all : selected(context, type, { entity, all, names: select });
  return { ...chosen, ...expanded(context, type, { entity, names: expand }) };
}

function visibleProperties(context: Context, type: EntityType, entity: Entity): JsonObject {
  const { directory, version, query } = context;
  const view = publicPart(type.view?.(directory, entity) ?? entity);
  if (type.collection === 'userFlows' && directory.quirks.undocumentedProperties === 'kept') return view;
  const part = describedPart(version, view, type.name);
  return query.select === undefined ? shownPart(context, part, type.name) : part;
}

function selected(
  { version }: Context,
  type: EntityType,
  { entity, all, names }: { readonly entity: Entity; readonly all: JsonObject; readonly names: readonly string[] },
): JsonObject {
  const special = type.selected?.(entity) ?? {};
  return Object.fromEntries(
    names.map((name) => {
      if (!Object.hasOwn(all, name) && !isDescribedProperty(version, type.name, name))
        throw unknownProperty(SELECT_FAILED, name, type.name);
      return [name, own(special, name) ?? own(all, name) ?? null];
    }),
  );
}

function expanded(
  context: Context,
  type: EntityType,
  { entity, names }: { readonly entity: Entity; readonly names: readonly string[] },
): JsonObject {
  const { directory, version } = context;
  const shown = (value: Json, relation: string): Json => {
    const target = element(typeOfProperty(version, type.name, relation) ?? '');
    return isObject(value) ? shownPart(context, describedPart(version, publicPart(value), target), target) : value;
  };
  return Object.fromEntries(
    names.map((name) => {
      const expand = own(type.expand ?? {}, name);
      if (expand === undefined) throw unknownProperty(SELECT_FAILED, name, type.name);
      const value = expand(directory, entity);
      return [name, isList(value) ? value.map((item) => shown(item, name)) : shown(value, name)];
    }),
  );
}

function unknownProperty(problem: string, name: string, type: string): GraphError {
  const message = `Could not find a property named '${name}' on type 'microsoft.graph.${type}'.`;
  return badRequest(`${problem}: ${message}`, 'BadRequest');
}
