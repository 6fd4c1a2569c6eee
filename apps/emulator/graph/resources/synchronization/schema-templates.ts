import type { JsonObject } from '../../json';
import { parseExpression } from './expression';

const ACTIVE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Attributes of a user that both templates map, in the order of the portal. */
const USER_LINES: readonly MappingLine[] = [
  ['userName', '[userPrincipalName]', { matchingPriority: 1 }],
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
  ['displayName', '[displayName]', { matchingPriority: 1 }],
  ['externalId', '[objectId]'],
  ['members', '[members]'],
];

/** The mapping that a job starts with, and goes back to when its schema is deleted. */
export function templateSchema(templateId: string): JsonObject {
  return buildSchema(templateId, TARGET_DIRECTORIES[templateId] ?? 'customappsso', [
    {
      name: 'Provision Microsoft Entra ID Users',
      source: 'User',
      target: 'User',
      lines: USER_LINES,
      unmapped: USER_UNMAPPED,
    },
    { name: 'Provision Microsoft Entra ID Groups', source: 'Group', target: 'Group', lines: GROUP_LINES },
  ]);
}

/** Names that the templates give to the systems that they provision. */
const TARGET_DIRECTORIES: Readonly<Record<string, string>> = {
  aWSSingleSignon: 'AWS IAM Identity Center',
  scim: 'customappsso',
};

const SOURCE_DIRECTORY = 'Azure Active Directory';

/** One line of a mapping: the target's attribute, the expression over the source, and what else differs from a copy. */
type MappingLine = readonly [target: string, source: string, special?: MappingOptions];

interface MappingOptions {
  readonly matchingPriority?: number;
  readonly flowBehavior?: 'FlowWhenChanged' | 'FlowAlways';
  readonly flowType?: 'Always' | 'ObjectAddOnly';
}

interface ObjectLines {
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly lines: readonly MappingLine[];
  /** Attributes that an object has besides, which no line maps. @default none */
  readonly unmapped?: { readonly source: readonly string[]; readonly target: readonly string[] };
}

/** A schema as the service answers it: one rule with its object mappings, and the two directories it joins. */
function buildSchema(id: string, targetDirectory: string, objects: readonly ObjectLines[]): JsonObject {
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
        targetDirectoryName: targetDirectory,
        metadata: [],
        objectMappings: objects.map((object) => objectMapping(object)),
      },
    ],
    directories: [directory(SOURCE_DIRECTORY, objects, 'source'), directory(targetDirectory, objects, 'target')],
  };
}

function objectMapping({ name, source, target, lines }: ObjectLines): JsonObject {
  return {
    enabled: true,
    flowTypes: 'Add, Update, Delete',
    name,
    scope: null,
    sourceObjectName: source,
    targetObjectName: target,
    metadata: [],
    attributeMappings: lines.map((line) => attributeMapping(line)),
  };
}

function attributeMapping([target, source, special = {}]: MappingLine): JsonObject {
  return {
    defaultValue: null,
    exportMissingReferences: false,
    flowBehavior: special.flowBehavior ?? 'FlowWhenChanged',
    flowType: special.flowType ?? 'Always',
    matchingPriority: special.matchingPriority ?? 0,
    targetAttributeName: target,
    source: sourceOf(source),
  };
}

/** @throws Error for what the templates must not hold: an expression that is none */
function sourceOf(expression: string): JsonObject {
  const source = parseExpression(expression);
  if (source === undefined) throw new Error(`not an expression: ${expression}`);
  return source;
}

function directory(name: string, objects: readonly ObjectLines[], side: 'source' | 'target'): JsonObject {
  return {
    id: name === SOURCE_DIRECTORY ? '66e4a8cc-1b7b-435e-95f8-f06cea133828' : '8ffa6169-f354-4751-9b77-9c00765be92d',
    name,
    readOnly: false,
    discoverabilities: 'None',
    objects: objects.map((object) => ({
      name: object[side],
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
