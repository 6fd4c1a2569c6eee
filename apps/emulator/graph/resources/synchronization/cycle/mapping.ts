import { findText, isObject, type Json, type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../../../json';
import { parseScimPath, type ScimPath, scimValueAt, withScimValue } from '../../../scim-path';
import { type Attributes, evaluate } from './expressions';

/** One line of a mapping that has a value. */
interface Line {
  readonly target: string;
  readonly path: ScimPath;
  readonly matchingPriority: number;
  readonly isForNew: boolean;
  readonly source: JsonObject;
  readonly defaultValue: string | undefined;
}

/** The mapping of users or groups, as a job's schema has it. */
export interface ObjectMapping {
  readonly lines: readonly Line[];
  readonly mapsMembers: boolean;
  readonly actions: readonly string[];
  /** Groups of clauses: any of the groups, all of the clauses. */
  readonly scope: readonly JsonObject[];
}

/** Mappings of a schema that are enabled, by source object. */
export function mappingsOf(schema: JsonObject): ReadonlyMap<string, ObjectMapping> {
  const mappings = objectsOf(schema, 'synchronizationRules')
    .flatMap((rule) => objectsOf(rule, 'objectMappings'))
    .filter((mapping) => mapping['enabled'] === true);
  return new Map(mappings.map((mapping) => [textOf(mapping, 'sourceObjectName'), mappingOf(mapping)]));
}

function mappingOf(mapping: JsonObject): ObjectMapping {
  const lines = objectsOf(mapping, 'attributeMappings');
  const { scope } = mapping;
  return {
    lines: lines.flatMap((line) => lineOf(line)),
    mapsMembers: lines.some((line) => textOf(line, 'targetAttributeName') === 'members'),
    actions: textOf(mapping, 'flowTypes').split(/[, ]+/),
    scope: isObject(scope) ? objectsOf(scope, 'groups') : [],
  };
}

function lineOf(line: JsonObject): readonly Line[] {
  const target = textOf(line, 'targetAttributeName');
  const path = parseScimPath(target);
  if (path === undefined || target === 'members') return [];
  const isForNew = line['flowType'] === 'ObjectAddOnly';
  const matchingPriority = Number(line['matchingPriority'] ?? 0);
  const defaultValue = findText(line, 'defaultValue');
  return [{ target, path, matchingPriority, isForNew, source: objectOf(line, 'source'), defaultValue }];
}

/** An attribute of the target with the value that it is to have. */
export interface Mapped extends Line {
  readonly value: Json;
}

/** Attributes of the target that have a value; null values do not flow. @throws ExpressionError */
export function mapped({ lines }: ObjectMapping, attributes: Attributes): readonly Mapped[] {
  return lines.flatMap((line) => {
    const value = evaluate(line.source, attributes) ?? line.defaultValue;
    return value === undefined || value === '' ? [] : [{ ...line, value: typed(line.target, value) }];
  });
}

/** `active` is the one attribute that is not a text. */
function typed(target: string, value: string): Json {
  return target === 'active' ? value.toLowerCase() === 'true' : value;
}

/** Queries that find an object, in the order of their priority. */
export function matchingFilters(values: readonly Mapped[]): readonly string[] {
  return values
    .filter(({ matchingPriority }) => matchingPriority > 0)
    .toSorted((first, second) => first.matchingPriority - second.matchingPriority)
    .map(({ target, value }) => `${target} eq ${JSON.stringify(value)}`);
}

/** A new resource, without schemas. */
export function resourceOf(values: readonly Mapped[]): JsonObject {
  return values.reduce<JsonObject>((resource, { path, value }) => withScimValue(resource, path, value), {});
}

export interface Change {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json;
}

/** Attributes in which a resource of the target differs. */
export function differences(values: readonly Mapped[], resource: JsonObject): readonly Change[] {
  return values
    .filter(({ isForNew }) => !isForNew)
    .map(({ target, path, value }) => ({ name: target, before: scimValueAt(resource, path), after: value }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}

/** Lines by which a target learns that somebody left: those that depend on `IsSoftDeleted`. */
export function ofState(values: readonly Mapped[]): readonly Mapped[] {
  return values.filter(({ source }) => textOf(source, 'expression').includes('[IsSoftDeleted]'));
}

/** 'filterGroup resource type': one group is enough, and it needs all of its clauses. No filter lets everything in. */
export function passesScope({ scope }: ObjectMapping, attributes: Attributes): boolean {
  return (
    scope.length === 0 || scope.some((group) => objectsOf(group, 'clauses').every((one) => holds(one, attributes)))
  );
}

/** A pattern that is none lets nobody in. */
function fits(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}

function holds(clause: JsonObject, attributes: Attributes): boolean {
  const value = attributes[textOf(clause, 'sourceOperandName')];
  const operands = textsOf(objectOf(clause, 'targetOperand'), 'values');
  const isOperand = operands.some((operand) => operand === value);
  const fitsPattern = operands.some((operand) => value !== undefined && fits(operand, value));
  switch (textOf(clause, 'operatorName').toUpperCase()) {
    case 'EQUALS':
      return isOperand;
    case 'NOT EQUALS':
      return !isOperand;
    case 'IS TRUE':
      return value === 'True';
    case 'IS FALSE':
      return value === 'False';
    case 'IS NULL':
      return value === undefined;
    case 'IS NOT NULL':
      return value !== undefined;
    case 'REGEX MATCH':
      return fitsPattern;
    case 'NOT REGEX MATCH':
      return !fitsPattern;
    default:
      return false;
  }
}
