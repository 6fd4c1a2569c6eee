import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { badRequest, invalidValue } from '../../graph-error';
import type { JsonObject } from '../../json';
import { textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { moveToBin, removeForGood } from '../directory/deleted-items-service';
import { boundIds, getDirectoryObject } from '../directory/directory-objects';
import { checkChange, checkDynamics, checkMembers } from './group-rules';
import { GROUP } from './group-type';

const REQUIRED = ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'];
const NAME_LENGTH = 256;
const NICKNAME_LENGTH = 64;

/** @throws GraphError where Graph refuses it */
export function createGroup(
  directory: Directory,
  body: JsonObject,
  { ownerId, id = directory.newId() }: { readonly ownerId?: string; readonly id?: string } = {},
): Entity {
  const missing = REQUIRED.find((name) => (body[name] ?? null) === null || body[name] === '');
  if (missing !== undefined) {
    throw badRequest(`A value is required for property '${missing}' of resource 'Group'.`);
  }
  const owners = new Set([...boundIds(directory, body, 'owners'), ...(ownerId === undefined ? [] : [ownerId])]);
  const members = boundIds(directory, body, 'members');
  const now = directory.now();
  const securityIdentifier = securityIdentifierOf(id);
  const group = createEntity(GROUP, body, { id, createdDateTime: now, renewedDateTime: now, securityIdentifier });
  checkGroup(group);
  for (const one of members)
    checkMembers({ ...group, onPremisesSyncEnabled: null }, getDirectoryObject(directory, one).type);
  directory.put('groups', group);
  directory.setLinks(group.id, 'owners', [...owners]);
  directory.setLinks(group.id, 'members', members);
  return group;
}

export function updateGroup(directory: Directory, id: string, body: JsonObject): Entity {
  checkChange(directory.get('groups', id));
  const group = patchEntity(GROUP, directory.get('groups', id), body);
  checkGroup(group);
  const added = boundIds(directory, body, 'members');
  for (const one of added) checkMembers(group, getDirectoryObject(directory, one).type);
  if (added.length > 0) directory.setLinks(id, 'members', [...new Set([...directory.links(id, 'members'), ...added])]);
  return directory.put('groups', group);
}

/** Groups of Microsoft 365 go to the bin; security groups are gone at once. */
export function deleteGroup(directory: Directory, id: string): void {
  const group = directory.get('groups', id);
  checkChange(group);
  if (textsOf(group, 'groupTypes').includes('Unified')) moveToBin(directory, { collection: 'groups', entity: group });
  else removeForGood(directory, 'groups', id);
}

function checkGroup(group: Entity): void {
  const name = textOf(group, 'displayName');
  if (name === '' || name.length > NAME_LENGTH) throw invalidValue('displayName', 'Group');
  if (!isNickname(textOf(group, 'mailNickname'))) throw invalidValue('mailNickname', 'Group');
  checkDynamics(group);
  if (textsOf(group, 'groupTypes').includes('Unified')) return;
  if (group['mailEnabled'] === true) {
    throw badRequest(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    );
  }
  if (group['securityEnabled'] !== true) throw invalidValue('securityEnabled', 'Group');
}

function isNickname(name: string): boolean {
  return name.length > 0 && name.length <= NICKNAME_LENGTH && /^[!-~]+$/.test(name) && !/[@()\\[\]";:<>,]/.test(name);
}

/** `S-1-12-1-` and the four quarters of the id as numbers, little-endian, as Entra derives it. */
export function securityIdentifierOf(id: string): string {
  const hex = id.replaceAll('-', '');
  const mixed = `${swap(hex.slice(0, 8))}${swap(hex.slice(8, 12))}${swap(hex.slice(12, 16))}${hex.slice(16)}`;
  const bytes = Buffer.from(mixed, 'hex');
  return `S-1-12-1-${[0, 4, 8, 12].map((offset) => bytes.readUInt32LE(offset)).join('-')}`;
}

/** A GUID writes its first three parts with the last byte first. */
function swap(hex: string): string {
  return Buffer.from(hex, 'hex').reverse().toString('hex');
}
