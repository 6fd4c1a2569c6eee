import type { Version } from '../context';
import { type JsonObject, own, textOf } from '../json';
import metadata from './metadata.json';

/**
 * A type of Microsoft's description. Types of properties are `string?` where they may be null, `appRole[]` where they are lists, and
 * `any` where nothing is said of what is inside.
 */
export interface DescribedType {
  readonly base?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Objects that it refers to, which `$expand` and paths of their own show. */
  readonly relations?: Readonly<Record<string, string>>;
}

/** An action or a function, by the last segment of its path. */
export interface Operation {
  readonly parameters: Readonly<Record<string, string>>;
  /** Type of the answer; undefined where it has no body. */
  readonly answer?: string;
}

export interface DescribedVersion {
  /** File, package and version that the description is from. */
  readonly source: string;
  /** Types of entity sets and singletons. */
  readonly root: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
  readonly types: Readonly<Record<string, DescribedType>>;
}

const DESCRIBED: Readonly<Record<Version, DescribedVersion>> = metadata;

/** A property that a client needs and the description of that version lacks. */
export const EXCEPTIONS = [
  {
    type: 'application',
    property: 'oauth2RequirePostResponse',
    requests: ['GET /beta/applications/{id}', 'PATCH /beta/applications/{id}'],
    reason: 'azuread selects it at /beta with each read of an application; the types have it at /v1.0 alone',
  },
] as const;

/** Type of one item or of the value, without what says that it may be null. */
export function element(type: string): string {
  return type.replace(/\?$|\[\]$/, '');
}

/** Type of what a path of the emulator names; undefined where it is not described as a set or a property. */
export function typeOfPath(version: Version, path: string): string | undefined {
  if (path.endsWith('/$value')) return typeOfPath(version, path.slice(0, -'/$value'.length)) && 'any';
  const [first = '', ...rest] = path.split('/').slice(1);
  return rest.reduce<string | undefined>(
    (type, segment) => (type === undefined ? undefined : step(version, type, segment)),
    own(DESCRIBED[version].root, first),
  );
}

function step(version: Version, type: string, segment: string): string | undefined {
  if (segment === '$ref' || segment === '$count') return type;
  if (segment.startsWith('{')) return type.endsWith('[]') ? element(type) : undefined;
  const cast = /^microsoft\.graph\.(?<name>\w+)$/.exec(segment)?.groups?.['name'];
  if (cast === undefined) return typeOfProperty(version, element(type), segment);
  return isDerived(version, cast, element(type)) ? type.replace(/^\w+/, cast) : undefined;
}

/** The action or function that a path calls, if it calls one: with its parentheses, or without them. */
export function findOperation(version: Version, path: string): Operation | undefined {
  return own(DESCRIBED[version].operations, path.slice(path.lastIndexOf('/') + 1).replace(/\(\)$/, ''));
}

/** Type of a property or relation, inherited ones too; undefined where the type does not have it. */
export function typeOfProperty(version: Version, name: string, property: string): string | undefined {
  if (EXCEPTIONS.some((one) => one.type === name && one.property === property)) return 'boolean';
  const type = own(DESCRIBED[version].types, name);
  if (type === undefined) return undefined;
  const found = own(type.properties, property) ?? own(type.relations ?? {}, property);
  return found ?? (type.base === undefined ? undefined : typeOfProperty(version, type.base, property));
}

/** Properties of a type with their types, inherited ones first. */
export function propertiesOf(version: Version, name: string): Readonly<Record<string, string>> {
  const type = own(DESCRIBED[version].types, name);
  if (type === undefined) return {};
  return { ...(type.base !== undefined && propertiesOf(version, type.base)), ...type.properties };
}

/** Values of an enumeration; undefined for a type that is none. */
export function valuesOf(version: Version, name: string): readonly string[] | undefined {
  return own(DESCRIBED[version].enums, name);
}

/** Says that a type is another one, or is derived from it. */
export function isDerived(version: Version, name: string, from: string): boolean {
  if (name === from) return true;
  const base = own(DESCRIBED[version].types, name)?.base;
  return base !== undefined && isDerived(version, base, from);
}

/** Says that the description has properties of a type; an open one has none. */
export function isDescribed(version: Version, name: string): boolean {
  const type = own(DESCRIBED[version].types, name);
  return type !== undefined && (type.base !== undefined || Object.keys(type.properties).length > 0);
}

/** Name of the type that an object says it is of, without namespace; empty where it says none. Graph writes the first letter in either case. */
export function saidType(value: JsonObject): string {
  const name = textOf(value, '@odata.type').replace(/^#?microsoft\.graph\./i, '');
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}

/** The type that an object says it is of, where that is a kind of what is expected. */
export function typeNameOf(version: Version, value: JsonObject, expected: string): string {
  const name = saidType(value);
  if (!isDescribed(version, name)) return expected;
  return expected === '' || isDerived(version, name, expected) ? name : expected;
}

/** Properties that answers show where no `$select` names others: 'user resource type'. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  user: [
    'businessPhones',
    'displayName',
    'givenName',
    'id',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
  ],
};

/** Properties of which the pages of the types say 'returned only on $select'. */
const SELECTED: Readonly<Record<string, readonly string[]>> = {
  application: ['authenticationBehaviors', 'logo', 'oauth2RequirePostResponse'],
  group: [
    'accessType',
    'allowExternalSenders',
    'assignedLabels',
    'assignedLicenses',
    'autoSubscribeNewMembers',
    'hasMembersWithLicenseErrors',
    'hideFromAddressLists',
    'hideFromOutlookClients',
    'isArchived',
    'isFavorite',
    'isSubscribedByMail',
    'licenseProcessingState',
    'unseenConversationsCount',
    'unseenCount',
    'unseenMessagesCount',
    'welcomeMessageEnabled',
  ],
  servicePrincipal: ['customSecurityAttributes'],
};

/** Says that an answer shows a property though no `$select` names it. */
export function isShown(version: Version, type: string, property: string): boolean {
  if (property.startsWith('@')) return true;
  // At `/v1.0` the metadata of a service principal are shown to who asks for them.
  if (version === 'v1.0' && type === 'servicePrincipal' && property === 'samlMetadataUrl') return false;
  return (SHOWN[type]?.includes(property) ?? true) && !(SELECTED[type] ?? []).includes(property);
}
