import type { Directory } from '../../../directory/directory';
import { isObject, type Json, objectOf, textOf, textsOf } from '../../../json';
import type { Entity } from '../../../store/store';
import { binOf } from '../../directory/deleted-items';
import { assignedIds, isUser } from '../../grants/grants';
import type { Attributes } from './expressions';
import { type ObjectMapping, passesScope } from './mapping';

/** A user or group in Entra, as a cycle reads it. One that is gone for good is not among them. */
export interface SourceObject {
  readonly id: string;
  readonly kind: 'User' | 'Group';
  readonly name: string;
  readonly state: 'in-scope' | 'out-of-scope' | 'soft-deleted';
  readonly attributes: Attributes;
  /** Direct members: "can't read or provision users in nested groups" ('How Application Provisioning works'). */
  readonly members: readonly string[];
}

interface Scope {
  readonly principalId: string;
  readonly syncsAll: boolean;
  readonly mappings: ReadonlyMap<string, ObjectMapping>;
}

/** Users and groups whose mapping is enabled, those in the recycle bin too. */
export function readSource(directory: Directory, scope: Scope): readonly SourceObject[] {
  const assigned = assignedIds(directory, scope.principalId);
  const isAssigned = (id: string): boolean => scope.syncsAll || assigned.has(id);
  return KINDS.flatMap(([kind, collection]) => {
    const mapping = scope.mappings.get(kind);
    if (mapping === undefined) return [];
    const there = directory.all(collection).map((entity) => {
      const isInScope = isAssigned(entity.id) && passesScope(mapping, attributesOf(entity));
      return sourceObject(directory, entity, { kind, state: isInScope ? 'in-scope' : 'out-of-scope' });
    });
    const deleted = binOf(directory, collection);
    return [...there, ...deleted.map((entity) => sourceObject(directory, entity, { kind, state: 'soft-deleted' }))];
  });
}

const KINDS = [
  ['User', 'users'],
  ['Group', 'groups'],
] as const;

function sourceObject(
  directory: Directory,
  entity: Entity,
  { kind, state }: Pick<SourceObject, 'kind' | 'state'>,
): SourceObject {
  const members = kind === 'Group' ? directory.links(entity.id, 'members') : [];
  return {
    id: entity.id,
    kind,
    name: textOf(entity, 'userPrincipalName') || textOf(entity, 'displayName'),
    state,
    attributes: attributesOf(entity),
    members: members.filter((id) => isUser(directory, id)),
  };
}

/** Attributes of mappings that Graph calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  objectId: 'id',
  mobile: 'mobilePhone',
  physicalDeliveryOfficeName: 'officeLocation',
  originalUserPrincipalName: 'userPrincipalName',
};

function attributesOf(entity: Entity): Attributes {
  const extension = objectOf(entity, 'onPremisesExtensionAttributes');
  const renamed = Object.entries(OTHER_NAMES).map(([name, property]) => [name, entity[property]] as const);
  const all: readonly (readonly [string, Json | undefined])[] = [
    ...Object.entries(entity),
    ...Object.entries(extension),
    ...renamed,
    ['telephoneNumber', textsOf(entity, 'businessPhones')[0]],
    ['userPrincipalName', principalName(textOf(entity, 'userPrincipalName'))],
  ];
  return Object.fromEntries(all.map(([name, value]) => [name, asText(value)]));
}

/** A guest's name is that of the home tenant ('How Application Provisioning works', B2B users). */
function principalName(name: string): string {
  return name.replace(/^(?<alias>.+)_(?<domain>[^_]+)#EXT#@.*$/i, '$<alias>@$<domain>');
}

function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === undefined || value === null || value === '' || isObject(value)) return undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
