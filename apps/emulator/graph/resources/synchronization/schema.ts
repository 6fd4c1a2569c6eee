import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import { isObject, type JsonObject, objectOf, objectsOf, textOf, unannotated } from '../../json';
import type { Entity } from '../../store/store';

/** The attribute, constant or function that an expression is, in Graph's form. @returns undefined if it is none of them */
export function parseExpression(expression: string): JsonObject | undefined {
  const text = expression.trim();
  const attribute = /^\[(?<name>[^[\]]+)\]$/.exec(text)?.groups?.['name'];
  if (attribute !== undefined) return { expression: text, name: attribute, type: 'Attribute', parameters: [] };
  const constant = /^"(?<value>[^"]*)"$/.exec(text)?.groups?.['value'];
  if (constant !== undefined) return { expression: text, name: constant, type: 'Constant', parameters: [] };
  const call = /^(?<name>[A-Za-z]\w*)\((?<inside>.*)\)$/s.exec(text)?.groups;
  return call === undefined ? undefined : parseCall(text, call);
}

function parseCall(
  expression: string,
  { name = '', inside = '' }: Record<string, string | undefined>,
): JsonObject | undefined {
  const parts = splitArguments(inside);
  const given = parts?.map((part, index) => ({ key: `p${index}`, text: part })).filter(({ text }) => text !== '') ?? [];
  const parameters = given.map(({ key, text }) => ({ key, value: parseExpression(text) ?? null }));
  if (parts === undefined || parameters.some(({ value }) => value === null)) return undefined;
  return { expression, name, type: 'Function', parameters };
}

/** Cuts at the commas of the outermost level. @returns undefined where quotes or parentheses do not match */
function splitArguments(text: string): readonly string[] | undefined {
  // A quoted text, an attribute or one other character; inside the first two, no character means anything.
  const pieces = text.match(/"[^"]*"|\[[^[\]]*\]|[^"]/g) ?? [];
  if (pieces.join('') !== text) return undefined;
  const parts = [''];
  let depth = 0;
  for (const piece of pieces) {
    depth += depthChange(piece);
    if (depth < 0) return undefined;
    if (piece === ',' && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${piece}`);
  }
  return depth === 0 ? parts.map((part) => part.trim()) : undefined;
}

function depthChange(piece: string): number {
  if (piece === '(') return 1;
  return piece === ')' ? -1 : 0;
}

const ACTIVE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Attributes of a user that both templates map, in the order of the portal. */
const USER_LINES: readonly MappingLine[] = [
  ['userName', '[userPrincipalName]'],
  ['active', ACTIVE],
  ['displayName', '[displayName]'],
  ['title', '[jobTitle]'],
  ['emails[type eq "work"].value', '[mail]'],
  ['preferredLanguage', '[preferredLanguage]'],
  ['name.givenName', '[givenName]'],
  ['name.familyName', '[surname]'],
  ['name.formatted', 'Join(" ", [givenName], [surname])'],
  ['addresses[type eq "work"].streetAddress', '[streetAddress]'],
  ['addresses[type eq "work"].locality', '[city]'],
  ['addresses[type eq "work"].postalCode', '[postalCode]'],
  ['addresses[type eq "work"].country', '[country]'],
  ['phoneNumbers[type eq "work"].value', '[telephoneNumber]'],
  ['externalId', '[mailNickname]'],
  [`${ENTERPRISE}:employeeNumber`, '[employeeId]'],
  [`${ENTERPRISE}:department`, '[department]'],
  [`${ENTERPRISE}:manager`, '[manager]'],
];

/** The rest of the enterprise extension (RFC 7643, 4.3), and the extension attributes of a user of Entra ID. */
const USER_UNMAPPED = {
  source: Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
  target: ['costCenter', 'organization', 'division'].map((name) => `${ENTERPRISE}:${name}`),
};

const GROUP_LINES: readonly MappingLine[] = [
  ['displayName', '[displayName]'],
  ['externalId', '[objectId]'],
  ['members', '[members]'],
];

/** Names that the templates give to the systems that they provision. */
const TARGET_DIRECTORIES: Readonly<Record<string, string>> = {
  aWSSingleSignon: 'AWS IAM Identity Center',
  scim: 'customappsso',
};

const SOURCE_DIRECTORY = 'Azure Active Directory';

/** One line of a mapping: the target's attribute, and the expression over the source. The first of an object matches. */
type MappingLine = readonly [target: string, source: string];

interface ObjectLines {
  readonly kind: 'User' | 'Group';
  readonly lines: readonly MappingLine[];
  /** Attributes that an object has besides, which no line maps. @default none */
  readonly unmapped?: { readonly source: readonly string[]; readonly target: readonly string[] };
}

const OBJECTS: readonly ObjectLines[] = [
  { kind: 'User', lines: USER_LINES, unmapped: USER_UNMAPPED },
  { kind: 'Group', lines: GROUP_LINES },
];

/** The mapping that a job starts with, and goes back to when its schema is deleted: one rule, and the two directories it joins. */
export function templateSchema(id: string): JsonObject {
  const target = TARGET_DIRECTORIES[id] ?? 'customappsso';
  return {
    id,
    version: `v1.${id.length}.0`,
    synchronizationRules: [
      {
        editable: true,
        id: '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8',
        name: 'USER_OUTBOUND_USER',
        priority: 1,
        sourceDirectoryName: SOURCE_DIRECTORY,
        targetDirectoryName: target,
        metadata: [],
        objectMappings: OBJECTS.map(objectMapping),
      },
    ],
    directories: [directory(SOURCE_DIRECTORY, 'source'), directory(target, 'target')],
  };
}

function objectMapping({ kind, lines }: ObjectLines): JsonObject {
  return {
    enabled: true,
    flowTypes: 'Add, Update, Delete',
    name: `Provision Microsoft Entra ID ${kind}s`,
    scope: null,
    sourceObjectName: kind,
    targetObjectName: kind,
    metadata: [],
    attributeMappings: lines.map(([targetAttributeName, source], index) => ({
      defaultValue: null,
      exportMissingReferences: false,
      flowBehavior: 'FlowWhenChanged',
      flowType: 'Always',
      matchingPriority: index === 0 ? 1 : 0,
      targetAttributeName,
      source: sourceOf(source),
    })),
  };
}

/** @throws Error for what the templates must not hold: an expression that is none */
function sourceOf(expression: string): JsonObject {
  const source = parseExpression(expression);
  if (source === undefined) throw new Error(`not an expression: ${expression}`);
  return source;
}

function directory(name: string, side: 'source' | 'target'): JsonObject {
  return {
    id: name === SOURCE_DIRECTORY ? '66e4a8cc-1b7b-435e-95f8-f06cea133828' : '8ffa6169-f354-4751-9b77-9c00765be92d',
    name,
    readOnly: false,
    discoverabilities: 'None',
    objects: OBJECTS.map((object) => ({
      name: object.kind,
      metadata: [],
      attributes: attributesOf(object, side).map((attribute, index) => ({
        anchor: index === 0,
        caseExact: false,
        defaultValue: null,
        flowNullValues: false,
        multivalued: false,
        mutability: 'ReadWrite',
        name: attribute,
        required: index === 0,
        type: 'String',
        apiExpressions: [],
        metadata: [],
        referencedObjects: [],
      })),
    })),
  };
}

/** The anchor first: what tells two objects of a kind apart. */
function attributesOf({ lines, unmapped }: ObjectLines, side: 'source' | 'target'): readonly string[] {
  const besides = unmapped?.[side] ?? [];
  if (side === 'target') return [...new Set(['id', ...lines.map(([target]) => target), ...besides])];
  const named = lines.flatMap(([, source]) =>
    [...source.matchAll(/\[(?<name>[^\]]+)\]/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set(['objectId', ...named, 'mail', 'userType', 'department', 'employeeId', ...besides])];
}

/** The mapping of a job: what was put, or what its template starts with. */
export function schemaOf(job: Entity): JsonObject {
  const own = job['_schema'];
  if (isObject(own)) return own;
  const templateId = textOf(job, 'templateId');
  return { ...templateSchema(templateId), id: job.id };
}

/** Replaces the whole mapping; the version grows by itself. @throws GraphError 400 where it does not hold together */
export function putSchema(directory: Directory, job: Entity, body: JsonObject): Entity {
  checkSchema(body);
  const versions = Number(job['_versions'] ?? 0) + 1;
  const schema = { ...unannotated(body), id: job.id, version: `Date:${directory.now()}, Version:${versions}` };
  return directory.put('synchronizationJobs', { ...job, _schema: schema, _versions: versions });
}

/**
 * Looks at what a directory holds. Behind this one is no other system, so that nothing is found that was not known; only
 * the time of the discovery is new. @throws GraphError 404
 */
export function discoverDirectory(directory: Directory, job: Entity, key: string): JsonObject {
  const schema = schemaOf(job);
  const directories = objectsOf(schema, 'directories');
  const found = directories.find(({ id, name }) => id === key || name === key);
  if (found === undefined) throw notFound(key);
  const discovered = { ...found, discoveryDateTime: directory.now() };
  const all = directories.map((item) => (item === found ? discovered : item));
  directory.put('synchronizationJobs', { ...job, _schema: { ...schema, directories: all } });
  return discovered;
}

function checkSchema(schema: JsonObject): void {
  const directories = objectsOf(schema, 'directories');
  const rules = objectsOf(schema, 'synchronizationRules');
  if (rules.length === 0) throw invalid('synchronizationRules is missing');
  if (directories.length === 0) throw invalid('directories is missing, and a PUT replaces everything');
  for (const rule of rules) checkRule(rule, directories);
}

function checkRule(rule: JsonObject, directories: readonly JsonObject[]): void {
  const source = directories.find((item) => item['name'] === rule['sourceDirectoryName']);
  const target = directories.find((item) => item['name'] === rule['targetDirectoryName']);
  if (source === undefined || target === undefined) {
    throw invalid(`rule '${textOf(rule, 'name')}' names a directory that is not among the directories`);
  }
  for (const mapping of objectsOf(rule, 'objectMappings')) {
    const targetObject = objectsOf(target, 'objects').find((item) => item['name'] === mapping['targetObjectName']);
    const sourceObject = objectsOf(source, 'objects').find((item) => item['name'] === mapping['sourceObjectName']);
    if (targetObject === undefined || sourceObject === undefined) {
      throw invalid(`mapping '${textOf(mapping, 'name')}' names an object that its directories do not have`);
    }
    checkAttributes(mapping, sourceObject, targetObject);
  }
}

function checkAttributes(mapping: JsonObject, sourceObject: JsonObject, targetObject: JsonObject): void {
  const lines = objectsOf(mapping, 'attributeMappings');
  const targets = lines.map((line) => textOf(line, 'targetAttributeName'));
  const repeated = targets.find((name, index) => targets.indexOf(name) !== index);
  if (repeated !== undefined) throw invalid(`attribute '${repeated}' is mapped twice`);
  const known = namesOf(targetObject);
  const unknown = targets.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`the target has no attribute '${unknown}'`);
  for (const line of lines) checkSource(line, sourceObject);
  // Without one the service cannot tell whether somebody exists already on the other side.
  if (!lines.some((line) => Number(line['matchingPriority']) === 1)) {
    throw invalid(`mapping '${textOf(mapping, 'name')}' has no attribute with matchingPriority 1`);
  }
}

function checkSource(line: JsonObject, sourceObject: JsonObject): void {
  const source = objectOf(line, 'source');
  if (source['type'] !== 'Attribute') return;
  const name = textOf(source, 'name');
  if (!namesOf(sourceObject).includes(name)) throw invalid(`the source has no attribute '${name}'`);
}

function namesOf(object: JsonObject): readonly string[] {
  return objectsOf(object, 'attributes').map((attribute) => textOf(attribute, 'name'));
}

function invalid(problem: string): Error {
  return badRequest(`The synchronization schema is invalid: ${problem}.`, 'InvalidSchema');
}
